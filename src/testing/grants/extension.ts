import { scopeParameter } from '../../core/scope.js'
import { jsonAnswer } from '../answers.js'
import { Refusal } from '../refusal.js'
import { issueRefreshToken } from '../tokens/issuance.js'
import { listOf } from '../tokens/scope.js'
import type { MockExtensionGrant } from './extension-options.js'
import type { GrantHandler } from './grant.js'

/** RFC 6749 §4.5, as the test has it. */
export const extensionGrant =
  (decide: MockExtensionGrant): GrantHandler =>
  async (form, { clientId }, context, { cnf }) => {
    const decision = await decide(Object.fromEntries(form))
    if ('error' in decision) {
      const { error, errorDescription, status = 400 } = decision
      throw new Refusal(errorDescription ?? error, jsonAnswer(status, { error, error_description: errorDescription }))
    }
    const { subject, scope: granted, refreshToken, fields } = decision
    const scope = listOf(scopeParameter(granted) ?? form.get('scope') ?? '')
    const grant = { clientId, scope, revoked: false, ...(subject !== undefined && { subject }) }
    return {
      grant,
      scope,
      reduced: false,
      ...(refreshToken && { refreshToken: issueRefreshToken(context, grant, { cnf }).value }),
      ...(fields && { fields }),
    }
  }
