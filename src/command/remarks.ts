import type { DiscoveredServer } from '../index.js'

const has = (list: readonly string[] | undefined, wanted: RegExp): boolean => !!list?.some((one) => wanted.test(one))

/** What is missing in a server's metadata, or odd, and what that means for a client. */
export const remarksOn = (server: DiscoveredServer): readonly string[] => {
  const { codeChallengeMethodsSupported: pkce, responseTypesSupported: responses, grantTypesSupported: grants } = server
  const logsIn = server.authorizationEndpoint !== undefined
  const remarks: readonly (readonly [boolean, string])[] = [
    [logsIn && !pkce, 'It does not say that it knows PKCE (RFC 7636): it may do without checking it.'],
    [logsIn && !!pkce && !pkce.includes('S256'), 'It has no PKCE with S256 (RFC 7636): logins need insecurePkce.'],
    [has(pkce, /^plain$/), 'It takes PKCE with plain too, which protects nothing that is seen on its way.'],
    [logsIn && !!responses && !responses.includes('code'), 'It has no authorization codes: the implicit grant alone.'],
    [
      has(responses, /\btoken\b/) || has(grants, /^implicit$/),
      'It gives tokens in URLs too (implicit grant), which RFC 9700 §2.1.2 is against.',
    ],
    [has(grants, /^password$/), 'It takes passwords from clients (password grant), which RFC 9700 §2.4 forbids.'],
    [
      logsIn && !server.authorizationResponseIssParameterSupported,
      'It does not name itself in authorization responses (RFC 9207): beware of mix-ups if you use several servers.',
    ],
    [!grants, 'It names no grants: RFC 8414 §2 has that mean authorization_code and implicit.'],
    [
      !server.tokenEndpointAuthMethodsSupported,
      'It names no client authentication: RFC 8414 §2 has that mean client_secret_basic.',
    ],
    [!server.revocationEndpoint, 'It has no revocation endpoint (RFC 7009): ending a session forgets the token only.'],
    [
      has(server.idTokenSigningAlgValuesSupported, /^none$/),
      'It may give ID tokens that are not signed (alg none): validate none of those.',
    ],
    [
      has(server.scopesSupported, /^openid$/) && !server.jwksUri,
      'It has no jwks_uri: nobody can verify its ID tokens.',
    ],
  ]
  return remarks.flatMap(([applies, text]) => (applies ? [text] : []))
}
