// A token endpoint for each fault and contender (/token/FAULT/CONTENDER), good until it is told to misbehave; an API that
// takes the tokens of this server alone; and the place elsewhere that redirects lead to.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mint } from './access-token.ts'
import { formOf } from './body.ts'
import { serve } from './control.ts'
import { faults } from './faults.ts'

export interface Arm {
  readonly path: string
  /** How often the endpoint misbehaves before it is good again. */
  readonly times: number
  /** How far ahead of this server's the client's date is: a JWT names a date, and not a lifetime. */
  readonly aheadMs: number
}

export interface Seen {
  readonly requests: number
  /** Headers and bodies that arrived elsewhere. */
  readonly elsewhere: string
}

interface Endpoint {
  requests: number
  misbehave: number
  aheadMs: number
  refreshToken: string
  elsewhere: string
}

const endpoints = new Map<string, Endpoint>()
const good = new Set<string>()
const lifetime = 3600

const endpointOf = (path: string): Endpoint => {
  const endpoint = endpoints.get(path) ?? { requests: 0, misbehave: 0, aheadMs: 0, refreshToken: '', elsewhere: '' }
  endpoints.set(path, endpoint)
  return endpoint
}

const answerOf = (endpoint: Endpoint) => {
  const access_token = mint(Date.now() + endpoint.aheadMs + lifetime * 1000)
  good.add(access_token)
  const { refreshToken } = endpoint
  return {
    access_token,
    token_type: 'Bearer',
    expires_in: lifetime,
    ...(refreshToken && { refresh_token: refreshToken }),
  }
}

const elsewhere = createServer(async (request, response) => {
  const path = request.url ?? ''
  endpointOf(path).elsewhere += JSON.stringify(request.headers) + (await formOf(request))
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ access_token: mint(Date.now() + 1e9), token_type: 'Bearer', expires_in: 3600 }))
})
// Another host, so that it is elsewhere to every client.
elsewhere.listen(0, '127.0.0.2')

const server = createServer(async (request, response) => {
  const path = request.url ?? ''
  if (path === '/api') {
    const known = good.has(request.headers.authorization?.slice('Bearer '.length) ?? '')
    response.writeHead(known ? 200 : 401, known ? {} : { 'www-authenticate': 'Bearer error="invalid_token"' })
    return response.end()
  }
  const form = await formOf(request)
  const endpoint = endpointOf(path)
  endpoint.requests += 1
  const refreshing = form.get('grant_type') === 'refresh_token'
  if (refreshing && form.get('refresh_token') !== endpoint.refreshToken) {
    response.writeHead(400, { 'content-type': 'application/json' })
    return response.end('{"error":"invalid_grant"}')
  }
  const fault = faults[Number(path.split('/')[2])]
  if (fault && endpoint.misbehave-- > 0) {
    const { port } = elsewhere.address() as AddressInfo
    return fault.answer({
      request,
      response,
      good: answerOf(endpoint),
      elsewhere: `http://127.0.0.2:${port}${path}`,
    })
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  return response.end(JSON.stringify(answerOf(endpoint)))
})

serve(server, {
  arm: ({ path, times, aheadMs }: Arm) => {
    Object.assign(endpointOf(path), { misbehave: times, aheadMs })
  },
  login: ({ path, aheadMs }: Omit<Arm, 'times'>) => {
    const endpoint = Object.assign(endpointOf(path), { aheadMs, refreshToken: randomUUID() })
    return answerOf(endpoint)
  },
  seen: (path: string): Seen => {
    const { requests, elsewhere } = endpointOf(path)
    return { requests, elsewhere }
  },
})
