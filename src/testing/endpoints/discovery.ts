import type { AuthorizationServer } from '../../core/server.js'
import { type Json, jsonAnswer } from '../answers.js'
import { methodNotAllowed } from '../refusal.js'
import type { Endpoint } from '../state.js'

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Where the metadata of an issuer are: RFC 8414 §3.1 puts its path behind, OpenID Connect Discovery §4 before. */
export const discoveryPaths = ({ issuer }: AuthorizationServer): readonly string[] => {
  if (issuer === undefined) return []
  const path = new URL(issuer).pathname.replace(/\/$/, '')
  return [`/.well-known/oauth-authorization-server${path}`, `${path}/.well-known/openid-configuration`]
}

const documentOf = (fields: object): Json =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      snakeCase(name),
      name === 'mtlsEndpointAliases' ? documentOf(value) : value,
    ]),
  )

/** The metadata document (RFC 8414 §3.2). */
export const discovery: Endpoint = ({ method }, { server }) => {
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed('GET, HEAD')
  return jsonAnswer(200, documentOf(server))
}
