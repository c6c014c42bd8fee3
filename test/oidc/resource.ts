import { type Listening, listen } from './listen.ts'
import { proofChecker } from './proof.ts'

export interface ResourceServer {
  /** The protected resource. With `?scope=write` it demands that scope. */
  readonly url: string
  close(): Promise<void>
}

const introspect = async (endpoint: string, credentials: string, token: string) => {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(credentials)}` },
    body: new URLSearchParams({ token }),
  })
  return (await answer.json()) as {
    active: boolean
    client_id?: string
    sub?: string
    scope?: string
    cnf?: { jkt?: string }
  }
}

/**
 * A resource server at an origin of its own, which asks the authorization server about each token (RFC 7662), and says whose
 * it takes (RFC 9728).
 */
export const startResource = async (issuer: string, credentials: string): Promise<ResourceServer> => {
  const { origin, serve, close }: Listening = await listen()
  const proofs = proofChecker()
  const metadata = `${origin}/.well-known/oauth-protected-resource/things`
  const pointer = `resource_metadata="${metadata}"`
  serve(async (request, response) => {
    const answer = (status: number, challenge: string, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...(challenge && { 'www-authenticate': challenge }) })
        .end(JSON.stringify(body))
    if (request.url === new URL(metadata).pathname) {
      return answer(200, '', {
        resource: `${origin}/things`,
        authorization_servers: [issuer],
        scopes_supported: ['read'],
      })
    }
    const [, scheme = '', token] = request.headers.authorization?.match(/^(Bearer|DPoP) (.+)$/i) ?? []
    if (!token) return answer(401, `Bearer ${pointer}, DPoP algs="ES256 EdDSA"`, {})
    const {
      active,
      client_id,
      sub,
      scope = '',
      cnf,
    } = await introspect(`${issuer}/token/introspection`, credentials, token)
    if (cnf?.jkt) {
      const proof = request.headers['dpop']?.toString()
      const presented = { method: `${request.method}`, url: `${origin}${request.url}`, accessToken: token, proof }
      // RFC 9449 §7.2: a token that is bound is no bearer token.
      const error = /^dpop$/i.test(scheme) ? await proofs.check(presented, cnf.jkt) : 'invalid_token'
      response.setHeader('dpop-nonce', proofs.nonce)
      if (error) return answer(401, `DPoP error="${error}", algs="ES256 EdDSA"`, { error })
    }
    if (!active) return answer(401, `${scheme} error="invalid_token", ${pointer}`, { error: 'invalid_token' })
    const demanded = new URL(`${request.url}`, origin).searchParams.get('scope')
    if (demanded && !scope.split(' ').includes(demanded)) {
      return answer(403, `Bearer error="insufficient_scope", scope="${demanded}"`, { error: 'insufficient_scope' })
    }
    return answer(200, '', { client_id, sub, scope })
  })
  return { url: `${origin}/things`, close }
}
