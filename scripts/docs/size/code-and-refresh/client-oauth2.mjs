import ClientOAuth2 from 'client-oauth2'

export const job = async (options, callback) => (await new ClientOAuth2(options).code.getToken(callback)).refresh()
