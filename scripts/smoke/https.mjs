import { get } from 'node:https'
import { bearerFetch, createClient } from 'bearward'
import { createMockAuthorizationServer } from 'bearward/testing'
import { credentials } from './credentials.mjs'

const statusOf = (url, options) =>
  new Promise((resolve, reject) => {
    get(url, options, (answer) => resolve(answer.resume().statusCode)).on('error', reject)
  })

/** The mock over https: the runtime makes its certificate, trusts it where it is told to, and refuses it elsewhere. */
export const https = async () => {
  const mock = createMockAuthorizationServer({ clients: [credentials] })
  const { resource, certificate, close } = await mock.listen({ https: true })
  const { accessToken } = mock.issue({ clientId: credentials.clientId })
  const headers = { authorization: `Bearer ${accessToken}` }
  const status = await statusOf(resource, { ca: certificate, headers, agent: false })
  if (status !== 200) throw new Error(`the resource over https: ${status} instead of 200`)
  const api = bearerFetch(
    createClient({ server: mock.server, ...credentials, fetch: mock.fetch }).clientCredentialsSource(),
    {
      origins: [new URL(resource).origin],
    },
  )
  const refused = await api(resource).then(
    () => false,
    () => true,
  )
  if (!refused) throw new Error('a certificate that nobody knows was trusted')
  await close()
}
