import type { MockEndpoint, MockRequest } from '../../src/testing/index.js'

/** What is of one request alone, so that no two clients can send the same. */
const ownEach = ['code', 'code_verifier', 'code_challenge', 'state', 'nonce', 'refresh_token', 'token']

const named = (fields: Iterable<readonly [string, string]>): Readonly<Record<string, string>> =>
  Object.fromEntries([...fields].map(([name, value]) => [name, ownEach.includes(name) ? `its ${name}` : value]))

/** What an authorization server sees of a request, as far as the RFCs speak of it. */
export const atTheWire = ({ method, url, headers, form, status }: MockRequest) => ({
  method,
  path: new URL(url).pathname,
  query: named(new URL(url).searchParams),
  contentType: headers['content-type']?.split(';')[0],
  authorization: headers['authorization'],
  form: form && named(Object.entries(form)),
  status,
})

/** The two requests of an endpoint, and of a grant, that were not refused: theirs came first, ours second. */
export const theirsAndOurs = (requests: readonly MockRequest[], endpoint: MockEndpoint, grantType?: string) => {
  const [theirs, ours, ...more] = requests.filter(
    (request) => request.endpoint === endpoint && request.form?.['grant_type'] === grantType && !request.refused,
  )
  if (!theirs || !ours || more.length > 0) throw new Error(`there are not two requests: ${endpoint} ${grantType ?? ''}`)
  return { theirs: atTheWire(theirs), ours: atTheWire(ours) }
}
