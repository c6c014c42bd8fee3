import { OAuthError } from '../core/errors.js'
import type { Endpoint } from '../core/server.js'
import { assertOneAuthentication, authenticatorOf } from './authenticators.js'
import type { ClientContext, EndpointOptions } from './context.js'
import { type Answer, send } from './door.js'
import { endpointUrl } from './endpoint-url.js'
import { failedAnswer } from './failed-answer.js'
import { secretsOf } from './redaction.js'

/** Set by the client authentication, so never by a caller's `parameters`. */
const authenticationParameters = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']

/** What the RFC of an endpoint asks for: absent and empty values are left out, several repeat the field. */
export type Form = Readonly<Record<string, string | readonly string[] | undefined>>

/** What is made anew for every try, by its name: an assertion may work once. */
export type Made = Readonly<Record<string, () => string | Promise<string>>>

export interface AuthenticatedRequest extends EndpointOptions {
  readonly endpoint: Endpoint
  readonly form: Form
  readonly made?: Made
  readonly singleUse?: boolean
  /** The key that a code or a refresh token in the form is bound to. */
  readonly keyThumbprint?: string | undefined
}

/** Posts a form with the client's authentication, and gives back the answer and the way to call it a failure. */
export const post = async (
  context: ClientContext,
  { endpoint, form: fields, made = {}, parameters, singleUse = false, keyThumbprint, signal }: AuthenticatedRequest,
): Promise<{ answer: Answer; failed: (problem: string) => OAuthError }> => {
  const url = endpointUrl(context, endpoint).href
  const asked = [...Object.keys(made), ...Object.keys(parameters ?? {})]
  const taken = asked.find(
    (name, at) => name in fields || authenticationParameters.includes(name) || asked.indexOf(name) < at,
  )
  if (taken) throw new OAuthError('invalid_argument', `parameters must not hold ${taken}: the SDK sets it`)
  const present = Object.entries({ ...parameters, ...fields }).flatMap(([name, values]) =>
    [values ?? []].flat().flatMap((value) => (value ? [[name, value]] : [])),
  )
  let written: { readonly headers: Headers; readonly form: URLSearchParams } | undefined
  const write = async () => {
    const headers = new Headers({ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' })
    const form = new URLSearchParams(present)
    for (const name in made) form.set(name, (await made[name]?.()) ?? '')
    const { server, clientId, clock } = context
    await authenticatorOf(context)({ headers, form, server, clientId, endpoint: url, now: clock.now() })
    assertOneAuthentication(headers, form)
    written = { headers, form }
    return { url, ...written }
  }
  const { sendProven = send } = endpoint === 'tokenEndpoint' ? context : {}
  const answer = await sendProven(context, write, { signal, singleUse, keyThumbprint })
  return {
    answer,
    failed: (problem) => {
      const secrets = written ? secretsOf(written.headers, written.form, context.clientSecret) : []
      return failedAnswer(answer, secrets, context.clock.now(), problem)
    },
  }
}
