import fc from 'fast-check'
import { assertConfig } from '../../src/command/mock/config-fields.js'
import { createMockAuthorizationServer, formatFault, parseFaults } from '../../src/testing/index.js'
import { damaged, hostileText, mutatedJson } from './hostile.js'
import { must, settled, type Target, target } from './target.js'

const rows = [
  ...['token=503x2', 'token=503,reset,429x2 resource=token_refused', 'token=hang@inside_body', 'token=delay:250ms'],
  ...[
    'token=429;retry-after=3',
    'token=503%0.3',
    'token[refresh_token]=invalid_grant',
    '*=resetx*',
    'token=delay:2s+503',
  ],
  'token=fields:{"expires_in":"60","token_type":undefined}',
]
const notations = damaged(
  fc.array(fc.constantFrom(...rows), { minLength: 1, maxLength: 3 }).map((some) => some.join(' ')),
)

const notation = target('fault notation', fc.oneof(notations, hostileText), async (text) => {
  const faults = await settled(() => parseFaults(text))
  for (const fault of faults ?? []) {
    const written = formatFault(fault)
    const [again, ...more] = parseFaults(written)
    must(again && more.length === 0 && formatFault(again) === written, `a fault is read as it is written: ${written}`)
  }
})

const config = {
  profile: 'google',
  clients: [{ clientId: 'web', redirectUris: ['https://app.test/cb'] }],
  accessTokenLifetime: 60,
  faults: ['token=503'],
  userClaims: { ada: { email: 'a@a.test' } },
  seed: 7,
}
const configs = mutatedJson(config, [
  'issuer',
  'server',
  'dpop',
  'quirks',
  'resources',
  'https',
  'port',
  'jwks',
  'client_id',
])

const configuration = target('configuration of the command', configs, async (json) => {
  const read: unknown = JSON.parse(json)
  const isConfig = await settled(() => {
    assertConfig(read, '')
    return true
  })
  if (!isConfig) return
  const { port: _, https: __, certificate: ___, ...options } = read as Record<string, unknown>
  await settled(() => {
    createMockAuthorizationServer({ clients: [], ...options })
  })
})

export const texts: readonly Target[] = [notation, configuration]
