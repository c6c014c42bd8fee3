import { bearerFetch, createClient } from 'bearward'
import { credentials } from './credentials.mjs'

const installed = '../../test/runtimes/node_modules'
const undici = new URL(`${installed}/undici/index.js`, import.meta.url)

/** A fetch whose connections have a certificate, as docs/guides/step-up.md has it for each runtime. */
const fetchWith = async ({ cert, key, ca }) => {
  if (globalThis.Bun) return (url, init) => fetch(url, { ...init, tls: { cert, key, ca } })
  if (globalThis.Deno) {
    const client = Deno.createHttpClient({ cert, key, caCerts: [ca] })
    return (url, init) => fetch(url, { ...init, client })
  }
  const { Agent } = await import(undici)
  const dispatcher = new Agent({ connect: { cert, key, ca } })
  return (url, init) => fetch(url, { ...init, dispatcher })
}

/** A client that shows a certificate gets a token that is bound to it, and nobody else can use. */
export const mutualTls = async (origin) => {
  const { server, resource, ...tls } = await (await fetch(`${origin}/mutual-tls`)).json()
  const certified = await fetchWith(tls)
  const { clientId } = credentials
  const client = createClient({ server, clientId, clientAuthentication: 'tls_client_auth', fetch: certified })
  const token = await client.clientCredentials()
  const statusWith = async (fetch) => {
    const api = bearerFetch({ token: async () => token }, { origins: [server.issuer], fetch })
    return (await api(resource, { method: 'POST', body: 'b' })).status
  }
  const [own, none] = [await statusWith(certified), await statusWith(await fetchWith({ ca: tls.ca }))]
  if (own !== 200 || none !== 401)
    throw new Error(`a token that is bound to a certificate: ${own} with it, ${none} without`)
}
