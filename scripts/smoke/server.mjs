import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createMockAuthorizationServer, createMockCertificate } from 'bearward/testing'
import { credentials, secretMark } from './credentials.mjs'

const root = new URL('../../', import.meta.url)

const json = (response, status, body) =>
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))

const basic = `Basic ${btoa(`${credentials.clientId}:${encodeURIComponent(credentials.clientSecret)}`)}`

/** The code carries its own challenge, so that the server need not have seen the authorization request. */
const verified = (form) =>
  createHash('sha256').update(form.get('code_verifier')).digest('base64url') === form.get('code').split('.')[1]

const grants = {
  client_credentials: () => ({ scope: 'read' }),
  authorization_code: (form) => verified(form) && { refresh_token: `${secretMark}-refresh-1` },
  refresh_token: (form) =>
    form.get('refresh_token') === `${secretMark}-refresh-1` && { refresh_token: `${secretMark}-refresh-2` },
}

const behaviours = {
  good: (response, form, headers) => {
    if (headers.authorization !== basic) return json(response, 401, { error: 'invalid_client' })
    const granted = grants[form.get('grant_type')]?.(form)
    if (!granted) return json(response, 400, { error: 'invalid_grant' })
    json(response, 200, { access_token: `${secretMark}-access`, token_type: 'bearer', expires_in: 3600, ...granted })
  },
  // Echoes the secret, as a server in debug mode would.
  refusing: (response, _form, headers) =>
    json(response, 400, {
      error: 'invalid_client',
      error_description: `${headers.authorization} ${atob(headers.authorization.slice(6))}`,
    }),
  redirecting: (response) => response.writeHead(302, { location: '/landing/token' }).end(),
  // The same server under another name is another origin.
  leaving: (response, _form, { host }) =>
    response.writeHead(302, { location: `http://${host.replace('127.0.0.1', 'localhost')}/landing/things` }).end(),
  oversized: (response) => json(response, 200, { access_token: 'x', token_type: 'bearer', pad: ' '.repeat(2 ** 20) }),
  hanging: (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"access_token":'),
}

/** What a page loads: itself, the built package and the scenario, and an import map made from `exports`. */
const served = /^\/(dist|scripts\/smoke)\/[\w./-]+\.(mjs|js)$/
const page = () => {
  const { name, exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const entries = Object.entries(exports).filter(([, target]) => target.default)
  const imports = Object.fromEntries(entries.map(([path, target]) => [name + path.slice(1), target.default.slice(1)]))
  return `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script>`
}

const listen = async (server) => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${server.address().port}`
}

/** A mock that asks for certificates, and all that a client needs for it. Not every runtime's own server tells what it is shown. */
const startMutual = async () => {
  const authority = await createMockCertificate({ subject: 'CN=authority', isAuthority: true })
  const { cert, key } = await createMockCertificate({ subject: 'CN=smoke', signedBy: authority })
  const client = {
    clientId: credentials.clientId,
    tokenEndpointAuthMethod: 'tls_client_auth',
    tlsClientAuthSubjectDn: 'CN=smoke',
    tlsClientCertificateBoundAccessTokens: true,
  }
  const mock = createMockAuthorizationServer({ clients: [client], certificateAuthorities: [authority.cert] })
  const { server, resource, certificate, close } = await mock.listen({ https: true })
  return { given: { server, resource, ca: certificate, cert, key }, close }
}

/** Starts the token endpoints, each with a behaviour of its own, and beside them, on another origin, the page. */
export const startServers = async () => {
  let followed = 0
  const mutual = await startMutual()
  const token = createServer(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-headers', 'authorization')
    if (request.method === 'OPTIONS') return response.writeHead(204).end()
    const behaviour = request.url.split('/')[1]
    if (behaviour === 'mutual-tls') return json(response, 200, mutual.given)
    if (behaviour === 'landing') followed++
    const body = (await request.toArray()).join('')
    const answer = behaviours[behaviour] ?? (() => response.writeHead(404).end())
    answer(response, new URLSearchParams(body), request.headers)
  })
  const pages = createServer((request, response) => {
    if (request.url === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(page())
    if (!served.test(request.url)) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(new URL(`.${request.url}`, root)))
  })
  const closed = createServer()
  const [origin, pageOrigin, closedOrigin] = await Promise.all([token, pages, closed].map(listen))
  closed.close()
  return {
    origin,
    pageOrigin,
    closedOrigin,
    followedRedirects: () => followed,
    close: () => {
      mutual.close()
      for (const server of [token, pages]) server.close().closeAllConnections()
    },
  }
}
