import { jsonAnswer } from '../answers.js'
import { methodNotAllowed, Refusal } from '../refusal.js'
import type { Endpoint } from '../state.js'
import { challenge } from './challenge.js'
import { resource } from './resource.js'

/** The userinfo endpoint (OpenID Connect Core §5.3): a resource for tokens of a user that were granted `openid`. */
export const userinfo: Endpoint = async (request, context) => {
  if (request.method !== 'GET' && request.method !== 'POST') throw methodNotAllowed('GET, POST')
  const url = new URL(request.url)
  url.searchParams.set('scope', 'openid')
  const opened = await resource({ ...request, url }, context)
  const { subject } = (await opened.json()) as { readonly subject?: string }
  if (subject === undefined) {
    const error_description = 'no user is behind the access token'
    throw new Refusal(error_description, challenge(request, 401, { error: 'invalid_token', error_description }))
  }
  return jsonAnswer(200, { ...context.userClaims[subject], sub: subject })
}
