import { jwtVerify } from 'jose'
import type Provider from 'oidc-provider'
import { errors } from 'oidc-provider'

export const assertionGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

interface AssertionParameters {
  readonly assertion?: string
  readonly scope?: string
}

/** Gives a certified server the grant of RFC 7523 §2.1, which it has not by itself: an assertion works once. */
export const registerAssertions = (provider: Provider, key: CryptoKey): void => {
  const seen = new Set<unknown>()
  provider.registerGrantType<AssertionParameters>(
    assertionGrant,
    async (context) => {
      const { client, params } = context.oidc
      const verified = await jwtVerify(`${params?.assertion}`, key, { audience: provider.issuer }).catch(
        () => undefined,
      )
      const { sub, jti } = verified?.payload ?? {}
      if (!client || !sub || !jti || seen.has(jti)) throw new errors.InvalidGrant('the assertion is not good')
      seen.add(jti)
      const scope = params?.scope ?? 'read'
      const grant = new provider.Grant({ accountId: sub, clientId: client.clientId })
      grant.addOIDCScope(scope)
      const grantId = await grant.save()
      const token = new provider.AccessToken({ accountId: sub, client, grantId, gty: 'jwt_bearer', scope })
      context['body'] = {
        access_token: await token.save(),
        token_type: token.tokenType,
        expires_in: token.expiration,
        scope,
      }
    },
    ['assertion', 'scope'],
  )
}
