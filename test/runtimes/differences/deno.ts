import type { Difference } from './difference.ts'

export const inDeno: readonly Difference[] = [
  {
    why: 'Web Crypto imports a key that is damaged',
    file: 'test/jwt/client-assertion.test.ts',
    tests: ['a key that cannot sign is refused before anything is sent > a damaged JWK'],
  },
  {
    why: 'an object may have a property of the name __proto__',
    file: 'test/fetch/challenge.test.ts',
    tests: ['the challenges of a header (RFC 9110 §11.6.1) > names of an object'],
  },
  {
    why: 'its fetch sends the body of a Request in chunks',
    file: 'test/fetch/clients.test.ts',
    tests: ['it is the fetch of > axios, with its fetch adapter'],
  },
  {
    why: 'its fetch sends the body of a Request in chunks',
    file: 'test/fetch/requests.test.ts',
    tests: ['over a real connection > the body of a Request keeps its length, the first time and the second'],
  },
  {
    why: 'it asks before a program reads the environment: none is Lambda',
    file: 'test/tokens/runtimes.test.ts',
    tests: [
      'on Lambda, which stops between requests > callers wait for a renewal that is due',
      'on Lambda, which stops between requests > a single-use refresh token is never renewed in the background',
    ],
  },
  {
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
    why: 'it takes any certificate until a client comes, and writes names otherwise',
    file: 'test/testing/https.test.ts',
    tests: [
      'listen over https > is refused by those who do not',
      'listen over https > refuses a certificate that is text',
      'listen over https > refuses a certificate that is a key of another',
      'a certificate for tests > says whose it is, in the order of RFC 4514',
    ],
  },
  {
    why: 'it has other words for a full disk',
    file: 'test/command/run.test.ts',
    tests: ['the command > ends with 1 and one line where its output cannot be written'],
  },
]
