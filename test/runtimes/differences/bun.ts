import type { Difference } from './difference.ts'

export const inBun: readonly Difference[] = [
  {
    why: 'its https server is told of no client certificate',
    file: 'test/interop/openid-client.test.ts',
    tests: ['openid-client > speaks https, where it authenticates by its certificate and its tokens are bound to it'],
  },
  {
    why: 'its https server is told of no client certificate',
    file: 'test/interop/curl.test.ts',
    tests: ['curl > speaks https with who trusts the certificate of the mock, and shows one of its own (RFC 8705)'],
  },
  {
    why: 'TLS fails with other words',
    file: 'test/testing/https.test.ts',
    tests: [
      'listen over https > is refused by those who do not',
      'listen over https > refuses a certificate that is text',
      'listen over https > refuses a certificate that is a key of another',
    ],
  },
  {
    why: 'its HTTP server answers by itself, and keeps a silent connection',
    file: 'test/testing/listen.test.ts',
    tests: [
      'listen > is asked for no place at all (RFC 9112 §3.2.4)',
      'listen > is gone once it is closed, although a connection says nothing: https false',
      'listen > is gone once it is closed, although a connection says nothing: https true',
    ],
  },
  {
    why: 'its fetch fails with other words, or takes a body that broke off for the whole',
    file: 'test/testing/faults-connection.test.ts',
    tests: [
      'over HTTP, a server > resets the connection before_processing',
      'over HTTP, a server > resets the connection after_processing',
      'over HTTP, a server > resets the connection inside the body',
      'over HTTP, a server > breaks off inside a body that is empty',
      'over HTTP, what hangs or waits > ends when the listener is closed: {"type":"hang","when":"before_processing"}',
      'over HTTP, what hangs or waits > ends when the listener is closed: {"type":"hang","when":"after_processing"}',
      'over HTTP, what hangs or waits > ends when the listener is closed: {"type":"hang","when":"inside_body"}',
      'over HTTP, what hangs or waits > ends when the listener is closed: {"type":"delay","ms":1000}',
      'over HTTP, what hangs or waits > ends when the listener is closed: {"type":"oversized","bytes":null}',
    ],
  },
  {
    why: 'its https server is told of no client certificate',
    file: 'test/testing/mutual-tls.test.ts',
    tests: [
      'a client that shows a certificate (RFC 8705 §2) > is known by-subject',
      'a client that shows a certificate (RFC 8705 §2) > is known by-dns',
      'a client that shows a certificate (RFC 8705 §2) > is known by-uri',
      'a client that shows a certificate (RFC 8705 §2) > is known by-ip',
      'a client that shows a certificate (RFC 8705 §2) > is known by-email',
      'a client that shows a certificate (RFC 8705 §2) > that it signed itself is known by-x5t',
      'a client that shows a certificate (RFC 8705 §2) > that it signed itself is known by-x5c',
      'a client that shows a certificate (RFC 8705 §2) > by-subject is refused where it shows the certificate of another',
      'a client that shows a certificate (RFC 8705 §2) > by-dns is refused where it shows the certificate of another',
      'a client that shows a certificate (RFC 8705 §2) > by-no-ip is refused where it shows one whose name it has not',
      'a client that shows a certificate (RFC 8705 §2) > by-no-name is refused where it shows one whose name it has not',
      'a client that shows a certificate (RFC 8705 §2) > by-subject is refused where it shows one that nobody vouches for',
      'a client that shows a certificate (RFC 8705 §2) > by-x5t is refused where it shows the certificate of another',
      'a client that shows a certificate (RFC 8705 §2) > registers itself (RFC 8705 §2.1.2, §3.4)',
      'a token that is bound to a certificate (RFC 8705 §3) > of by-subject opens the resource over a connection with it, and over no other',
      'a token that is bound to a certificate (RFC 8705 §3) > of by-x5c opens the resource over a connection with it, and over no other',
      'a token that is bound to a certificate (RFC 8705 §3) > of by-secret opens the resource over a connection with it, and over no other',
      'a token that is bound to a certificate (RFC 8705 §3) > is none where its client has no such wish',
      'a token that is bound to a certificate (RFC 8705 §3) > keeps userinfo shut to others',
      'a token that is bound to a certificate (RFC 8705 §3) > of a public client comes with a refresh token that is bound too, and stays so when it rotates (§7.1)',
      'a token that is bound to a certificate (RFC 8705 §3) > is minted for a test to start from',
      'a server with aliases for mutual TLS (RFC 8705 §5) > asks for a certificate at these alone, and tells where they are',
    ],
  },
  {
    why: 'its fetch follows more than 20 redirects',
    file: 'test/testing/faults-answer.test.ts',
    tests: ['over HTTP, a server > has a redirect to itself not followed for ever'],
  },
  {
    why: 'it writes any method in capitals',
    file: 'test/dpop/fetch.test.ts',
    tests: ['bearerFetch with a token that is bound to a key > names the method search as fetch sends it'],
  },
  {
    why: 'its HTTP server keeps a silent connection',
    file: 'test/native/authorize-natively.test.ts',
    tests: ['when it is over > no connection is left, not one on which nothing was asked either'],
  },
  {
    why: 'its fetch fails with other words, or takes a body that broke off for the whole',
    file: 'test/command/token.test.ts',
    tests: [
      'a login of bearward token > that is interrupted while the browser is away ends with 130, and keeps nothing',
    ],
  },
  {
    why: 'JSON.parse names no line',
    file: 'test/command/mock-config.test.ts',
    tests: [
      'a configuration file > that cannot be is refused with the name of the file and of the field: "{\\"clients\\": [{\\"clientSecret\\": \\"hush-hush\\",}]}"',
    ],
  },
  {
    why: 'its fetch fails with other words, or takes a body that broke off for the whole',
    file: 'test/command/mock.test.ts',
    tests: ['a bad day > ends though a request hangs'],
  },
  {
    why: 'the tests run in a thread, which cannot change its directory',
    file: 'test/stores/file.test.ts',
    tests: ['an option > directory is taken as it is when the store is made'],
  },
  {
    why: 'its https server is told of no client certificate',
    file: 'test/oidc/mutual-tls.test.ts',
    tests: [
      'mutual TLS at a certified server (RFC 8705) > authenticates orders by tls_client_auth, at the aliases, and binds its token',
      'mutual TLS at a certified server (RFC 8705) > authenticates alone by self_signed_tls_client_auth, at the aliases, and binds its token',
      'mutual TLS at a certified server (RFC 8705) > binds the tokens of a client with a secret, which goes to the aliases because it says so',
    ],
  },
  {
    why: 'a Request is copied otherwise than the Fetch standard has it',
    file: 'test/fetch/requests.test.ts',
    tests: [
      'it is a fetch > in which a body of null leaves that of the Request, for the retry too',
      'a body is sent again > not if the runtime does not show that of a Request, as Firefox does not',
    ],
  },
  {
    why: 'a stack does not go on behind an await',
    file: 'test/tokens/single-flight.test.ts',
    tests: ['a flight that failed > gives a thousand waiters errors of their own'],
  },
]
