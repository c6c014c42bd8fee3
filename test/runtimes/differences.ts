import type { RuntimeName } from './runtimes.ts'

/** Tests that run, and fail: what is different in that runtime. One that passes is none any more. */
interface TestsThatDiffer {
  readonly runtimes: readonly RuntimeName[]
  readonly why: string
  readonly file: string
  /** Their titles, `suite > test`, or the suites of which all fail. */
  readonly tests: readonly string[]
}

const inBun: readonly TestsThatDiffer[] = [
  {
    runtimes: ['bun'],
    why: 'its https server is told of no client certificate',
    file: 'test/interop/openid-client.test.ts',
    tests: ['openid-client > speaks https, where it authenticates by its certificate and its tokens are bound to it'],
  },
  {
    runtimes: ['bun'],
    why: 'its https server is told of no client certificate',
    file: 'test/interop/curl.test.ts',
    tests: ['curl > speaks https with who trusts the certificate of the mock, and shows one of its own (RFC 8705)'],
  },
  {
    runtimes: ['bun'],
    why: 'TLS fails with other words',
    file: 'test/testing/https.test.ts',
    tests: [
      'listen over https > is refused by those who do not',
      'listen over https > refuses a certificate that is text',
      'listen over https > refuses a certificate that is a key of another',
    ],
  },
  {
    runtimes: ['bun'],
    why: 'its HTTP server answers by itself, and keeps a silent connection',
    file: 'test/testing/listen.test.ts',
    tests: [
      'listen > is asked for no place at all (RFC 9112 §3.2.4)',
      'listen > is gone once it is closed, although a connection says nothing: https false',
      'listen > is gone once it is closed, although a connection says nothing: https true',
    ],
  },
  {
    runtimes: ['bun'],
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
    runtimes: ['bun'],
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
    runtimes: ['bun'],
    why: 'its fetch follows more than 20 redirects',
    file: 'test/testing/faults-answer.test.ts',
    tests: ['over HTTP, a server > has a redirect to itself not followed for ever'],
  },
  {
    runtimes: ['bun'],
    why: 'it writes any method in capitals',
    file: 'test/dpop/fetch.test.ts',
    tests: ['bearerFetch with a token that is bound to a key > names the method search as fetch sends it'],
  },
  {
    runtimes: ['bun'],
    why: 'its HTTP server keeps a silent connection',
    file: 'test/native/authorize-natively.test.ts',
    tests: ['when it is over > no connection is left, not one on which nothing was asked either'],
  },
  {
    runtimes: ['bun'],
    why: 'its fetch fails with other words, or takes a body that broke off for the whole',
    file: 'test/command/inspect.test.ts',
    tests: [
      'bearward inspect > ends with 1 where the key set of the server breaks off, and says so',
      'bearward inspect > ends with 1 where the key set of the server is elsewhere, and says so',
    ],
  },
  {
    runtimes: ['bun'],
    why: 'its fetch fails with other words, or takes a body that broke off for the whole',
    file: 'test/command/token.test.ts',
    tests: [
      'a login of bearward token > that is interrupted while the browser is away ends with 130, and keeps nothing',
    ],
  },
  {
    runtimes: ['bun'],
    why: 'JSON.parse names no line',
    file: 'test/command/mock-config.test.ts',
    tests: [
      'a configuration file > that cannot be is refused with the name of the file and of the field: "{\\"clients\\": [{\\"clientSecret\\": \\"hush-hush\\",}]}"',
    ],
  },
  {
    runtimes: ['bun'],
    why: 'its fetch fails with other words, or takes a body that broke off for the whole',
    file: 'test/command/mock.test.ts',
    tests: [
      'a bad day > is scripted by --fault, in the log and in the summary',
      'a bad day > ends though a request hangs',
    ],
  },
  {
    runtimes: ['bun'],
    why: 'the tests run in a thread, which cannot change its directory',
    file: 'test/stores/file.test.ts',
    tests: ['an option > directory is taken as it is when the store is made'],
  },
  {
    runtimes: ['bun'],
    why: 'removing a folder is one step',
    file: 'test/stores/file-interrupted.test.ts',
    tests: [
      'a process that is interrupted before each of its steps > and killed, has done all of "delete" or nothing, and left no lock and no rubbish',
      'a process that is interrupted before each of its steps > and killed, has done all of "lock" or nothing, and left no lock and no rubbish',
      'a process that is interrupted before each of its steps > and stopped in "delete" while others go on, wins or loses, and loses nothing of theirs',
    ],
  },
  {
    runtimes: ['bun'],
    why: 'its https server is told of no client certificate',
    file: 'test/oidc/mutual-tls.test.ts',
    tests: [
      'mutual TLS at a certified server (RFC 8705) > authenticates orders by tls_client_auth, at the aliases, and binds its token',
      'mutual TLS at a certified server (RFC 8705) > authenticates alone by self_signed_tls_client_auth, at the aliases, and binds its token',
      'mutual TLS at a certified server (RFC 8705) > binds the tokens of a client with a secret, which goes to the aliases because it says so',
    ],
  },
  {
    runtimes: ['bun'],
    why: 'a Request is copied otherwise than the Fetch standard has it',
    file: 'test/fetch/requests.test.ts',
    tests: [
      'it is a fetch > in which a body of null leaves that of the Request, for the retry too',
      'a body is sent again > not if the runtime does not show that of a Request, as Firefox does not',
    ],
  },
  {
    runtimes: ['bun'],
    why: 'a stack does not go on behind an await',
    file: 'test/tokens/single-flight.test.ts',
    tests: ['a flight that failed > gives a thousand waiters errors of their own'],
  },
]

const inDeno: readonly TestsThatDiffer[] = [
  {
    runtimes: ['deno'],
    why: 'Web Crypto imports a key that is damaged',
    file: 'test/jwt/client-assertion.test.ts',
    tests: ['a key that cannot sign is refused before anything is sent > a damaged JWK'],
  },
  {
    runtimes: ['deno'],
    why: 'an object may have a property of the name __proto__',
    file: 'test/fetch/challenge.test.ts',
    tests: ['the challenges of a header (RFC 9110 §11.6.1) > names of an object'],
  },
  {
    runtimes: ['deno'],
    why: 'its fetch sends the body of a Request in chunks',
    file: 'test/fetch/clients.test.ts',
    tests: ['it is the fetch of > axios, with its fetch adapter'],
  },
  {
    runtimes: ['deno'],
    why: 'its fetch sends the body of a Request in chunks',
    file: 'test/fetch/requests.test.ts',
    tests: ['over a real connection > the body of a Request keeps its length, the first time and the second'],
  },
  {
    runtimes: ['deno'],
    why: 'it asks before a program reads the environment: none is Lambda',
    file: 'test/tokens/runtimes.test.ts',
    tests: [
      'on Lambda, which stops between requests > callers wait for a renewal that is due',
      'on Lambda, which stops between requests > a single-use refresh token is never renewed in the background',
    ],
  },
  {
    runtimes: ['deno'],
    why: 'its fetch fails with other words',
    file: 'test/testing/faults-connection.test.ts',
    tests: [
      'over HTTP, a server > resets the connection before_processing',
      'over HTTP, a server > resets the connection after_processing',
      'over HTTP, a server > resets the connection inside the body',
      'over HTTP, a server > breaks off inside a body that is empty',
      'over HTTP, what hangs or waits > ends when the listener is closed: {"type":"hang","when":"inside_body"}',
      'over HTTP, what hangs or waits > ends when the listener is closed: {"type":"oversized","bytes":null}',
    ],
  },
  {
    runtimes: ['deno'],
    why: 'it takes any certificate until a client comes, and writes names otherwise',
    file: 'test/testing/https.test.ts',
    tests: [
      'listen over https > is refused by those who do not',
      'listen over https > refuses a certificate that is text',
      'listen over https > refuses a certificate that is a key of another',
      'a certificate for tests > says whose it is, in the order of RFC 4514',
    ],
  },
]

const inWorkerd: readonly TestsThatDiffer[] = [
  {
    runtimes: ['workerd'],
    why: 'there is no process',
    file: 'test/cli/device-prompt.test.ts',
    tests: ['a device prompt > prints to standard error unless it is told otherwise'],
  },
  {
    runtimes: ['workerd'],
    why: 'vitest cannot count its timers',
    file: 'test/core/clock.test.ts',
    tests: [
      'the clock of the system > is woken by an abort, and leaves no timer that keeps a process alive',
      'the clock of the system > does not fall asleep after an abort',
    ],
  },
  {
    runtimes: ['workerd'],
    why: 'it writes any method in capitals',
    file: 'test/dpop/fetch.test.ts',
    tests: ['bearerFetch with a token that is bound to a key > names the method search as fetch sends it'],
  },
  {
    runtimes: ['workerd'],
    why: 'a request waits for the work of another by the clock',
    file: 'test/fetch/refusals.test.ts',
    tests: ['with the sources of a client > a token that was revoked is renewed once, however many calls learn of it'],
  },
  {
    runtimes: ['workerd'],
    why: 'a request does not wait for what another one fetches',
    file: 'test/jwt/id-token.test.ts',
    tests: ['the keys of a server > are read once for many logins, at once or one after another'],
  },
]

const inChromium: readonly TestsThatDiffer[] = []

export const testsThatDiffer: readonly TestsThatDiffer[] = [...inBun, ...inDeno, ...inWorkerd, ...inChromium]
