import { AuthorizationCode } from 'simple-oauth2'

export const job = async (auth, id, secret, code, redirectUri) => {
  const client = new AuthorizationCode({ client: { id, secret }, auth })
  return (await client.getToken({ code, redirect_uri: redirectUri })).refresh()
}
