import type { Difference } from './difference.ts'

/** In workerd and in a page alike. */
export const whereConfined: readonly Difference[] = [
  {
    why: 'a program cannot see what the console shows',
    file: 'test/protocol/authorization-request.test.ts',
    tests: ['authorization request > shows no secret when a client prints it'],
  },
  {
    why: 'a program cannot see what the console shows',
    file: 'test/protocol/pushed-authorization-request.test.ts',
    tests: ['a pushed authorization request > knows until when its URL works, and is plain JSON that prints no secret'],
  },
  {
    why: 'a program cannot see what the console shows',
    file: 'test/protocol/registration.test.ts',
    tests: ['dynamic registration > shows no secret when it is printed'],
  },
  {
    why: 'a program cannot see what the console shows',
    file: 'test/protocol/target.test.ts',
    tests: ['a token > does not print them: they may hold what a person pays, and to whom'],
  },
  {
    why: 'a program cannot see what the console shows',
    file: 'test/testing/mock.test.ts',
    tests: ['issue > prints no secret'],
  },
  {
    why: 'a program cannot see what the console shows',
    file: 'test/tokens/session.test.ts',
    tests: ['a session > shows no secret when it or its token is printed'],
  },
  {
    why: 'it listens on no port',
    file: 'test/protocol/door.test.ts',
    tests: ['a real socket > that nobody listens on is unreachable'],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/device.test.ts',
    tests: ['the client at the mock > over HTTP sends the user to where the mock listens'],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/faults-answer.test.ts',
    tests: [
      'over HTTP, a server',
      'in process, a server > has a redirect to another origin followed without the token',
    ],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/faults-body.test.ts',
    tests: ['over HTTP, an answer'],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/faults-callback.test.ts',
    tests: ['over HTTP, a callback'],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/faults-connection.test.ts',
    tests: ['over HTTP, a server', 'over HTTP, what hangs or waits'],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/faults-error.test.ts',
    tests: ['over HTTP, an error that is scripted'],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/faults-nonce.test.ts',
    tests: ['over HTTP, a nonce'],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/faults-script.test.ts',
    tests: ['a probability over HTTP > hits the same requests of a grant, however many others come between them'],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/faults-tokens.test.ts',
    tests: [
      'over HTTP, a token',
      'over HTTP, the clock of a server shows in Date, in introspection and in access tokens that are JWTs',
      'over HTTP, the metadata document is of another issuer',
    ],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/jwt-access-token.test.ts',
    tests: [
      'an access token that is a JWT > is verified by a resource with the keys at jwks_uri (RFC 9068): ES256',
      'an access token that is a JWT > is verified by a resource with the keys at jwks_uri (RFC 9068): RS256',
      'an access token that is a JWT > is verified by a resource with the keys at jwks_uri (RFC 9068): PS256',
      'an access token that is a JWT > is verified by a resource with the keys at jwks_uri (RFC 9068): EdDSA',
    ],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/login-page.test.ts',
    tests: ['the login page > may be shown by one listening mock alone'],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/resource.test.ts',
    tests: ['its metadata > lead from a 401 to the server, on loopback too'],
  },
  {
    why: 'it listens on no port',
    file: 'test/testing/services.test.ts',
    tests: [
      'google, confidential, /token > answers on a port of its own',
      'entra, confidential, /common/oauth2/v2.0/token > answers on a port of its own',
      'entra, public, /contoso.com/oauth2/v2.0/token > answers on a port of its own',
      'github, confidential, /login/oauth/access_token > answers on a port of its own',
      'auth0, confidential, /oauth/token > answers on a port of its own',
      'auth0, public, /oauth/token > answers on a port of its own',
      'cognito, confidential, /oauth2/token > answers on a port of its own',
      'okta, confidential, /oauth2/default/v1/token > answers on a port of its own',
      'okta, public, /oauth2/v1/token > answers on a port of its own',
      'keycloak, confidential, /auth/realms/my%20realm/protocol/openid-connect/token > answers on a port of its own',
      'slack, confidential, /api/oauth.v2.access > answers on a port of its own',
      'slack, public, /api/oauth.v2.user.access > answers on a port of its own',
      'spotify, confidential, /api/token > answers on a port of its own',
      'spotify, public, /api/token > answers on a port of its own',
    ],
  },
  {
    why: 'it signs nothing at once: a token that is minted cannot be verified',
    file: 'test/testing/jwt-access-token.test.ts',
    tests: [
      'an access token that is a JWT > and minted at once is verified by the same keys, whichever way they were made: ES256',
      'an access token that is a JWT > and minted at once is verified by the same keys, whichever way they were made: RS256',
      'an access token that is a JWT > and minted at once is verified by the same keys, whichever way they were made: PS256',
      'an access token that is a JWT > and minted at once is verified by the same keys, whichever way they were made: EdDSA',
      'an access token that is a JWT > of a service that publishes no keys here has a signature of its kind',
    ],
  },
  {
    why: 'it signs nothing at once: a token that is minted cannot be verified',
    file: 'test/testing/smokeball.test.ts',
    tests: ['Smokeball > gives JWTs, with the claims of the grant'],
  },
  {
    why: 'there is no process',
    file: 'test/cli/device-prompt.test.ts',
    tests: ['a device prompt > prints to standard error unless it is told otherwise'],
  },
  {
    why: 'there is no process',
    file: 'test/testing/jwt-access-token.test.ts',
    tests: [
      'an access token that is a JWT > that is minted in a browser is taken by the mock, and verified by nobody else',
    ],
  },
  {
    why: 'there is no process',
    file: 'test/tokens/listener.test.ts',
    tests: ['a listener that calls back > and fails later, harms nothing'],
  },
]
