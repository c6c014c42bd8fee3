import type Provider from 'oidc-provider'
import { errors } from 'oidc-provider'

export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'

interface ExchangeParameters {
  readonly subject_token?: string
  readonly scope?: string
  readonly audience?: string | readonly string[]
}

/** Gives a certified server the grant of RFC 8693, which it has not by itself: client authentication and tokens are its own. */
export const registerExchange = (provider: Provider): void => {
  provider.registerGrantType<ExchangeParameters>(
    exchangeGrant,
    async (context) => {
      const { client, params } = context.oidc
      const subject = await provider.AccessToken.find(`${params?.subject_token}`)
      if (!subject || !client) throw new errors.InvalidRequest('subject_token is unknown')
      const scope = `${params?.scope ?? subject.scope}`
      if (!scope.split(' ').every((one) => subject.scopes.has(one))) throw new errors.InvalidScope('too much', scope)
      const { accountId } = subject
      const grant = new provider.Grant({ accountId, clientId: client.clientId })
      grant.addOIDCScope(scope)
      const grantId = await grant.save()
      const token = new provider.AccessToken({ accountId, client, grantId, gty: 'token_exchange', scope })
      context['body'] = {
        access_token: await token.save(),
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: token.tokenType,
        expires_in: token.expiration,
        scope,
        audience: [params?.audience ?? []].flat(),
      }
    },
    ['subject_token', 'subject_token_type', 'audience', 'scope'],
    ['audience'],
  )
}
