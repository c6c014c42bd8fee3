import { base64url } from 'jose'
import type { MockRequest } from '../../src/testing/index.js'

type Json = Readonly<Record<string, unknown>>

export interface ReadProof {
  readonly header: Json
  readonly claims: Json
}

const jsonOf = (part: string | undefined): Json => JSON.parse(new TextDecoder().decode(base64url.decode(`${part}`)))

/** What a proof says, unverified. */
export const proofIn = (jwt: string | null | undefined): ReadProof | undefined => {
  if (!jwt) return undefined
  const [header, claims] = jwt.split('.')
  return { header: jsonOf(header), claims: jsonOf(claims) }
}

/** The claims of the proofs that came to an endpoint of the mock, in order. */
export const claimsAt = (requests: readonly MockRequest[], endpoint: MockRequest['endpoint']): readonly Json[] =>
  requests
    .filter((request) => request.endpoint === endpoint)
    .map(({ headers }) => proofIn(headers['dpop'])?.claims ?? { missing: true })
