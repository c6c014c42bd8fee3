// In memory, with a clock that is moved by hand: what becomes of a digest on good days and on bad ones.
import { expect, it } from 'vitest'
import { digestOf } from '../src/digest.ts'
import { connect, smokeballInMemory } from './smokeball.ts'

const overNight = 12 * 3600_000

it('has the matters of the firm, and of no other', async () => {
  const { firms, mock } = smokeballInMemory()
  await connect(firms, mock, 'smith')
  await connect(firms, mock, 'brown')

  const digests = await Promise.all(['smith', 'brown'].map((firm) => digestOf(firms, firm)))

  expect(digests).toEqual([
    { firm: 'smith', state: 'ready', matters: ['Smith v. Jones', 'The estate of Mr Smith'] },
    { firm: 'brown', state: 'ready', matters: ['Brown v. The Crown'] },
  ])
})

it('renews a token that has expired over night, once for all who want it', async () => {
  const { firms, mock, clock } = smokeballInMemory()
  await connect(firms, mock, 'smith')
  await clock.advance(overNight)

  const digests = await Promise.all([digestOf(firms, 'smith'), digestOf(firms, 'smith'), digestOf(firms, 'smith')])

  expect(new Set(digests.map(({ state }) => state))).toEqual(new Set(['ready']))
  expect(mock).toHaveReceivedTokenRequestTimes(1, { grantType: 'refresh_token' })
})

it('renews a token that the API no longer takes', async () => {
  const { firms, mock } = smokeballInMemory()
  await connect(firms, mock, 'smith')
  mock.fault('resource=token_refused')

  expect((await digestOf(firms, 'smith')).state).toBe('ready')
  expect(mock).toHaveReceivedTokenRequestTimes(1, { grantType: 'refresh_token' })
})

// Each of them is a line; the docstring of parseFault has all that can be said.
it.each(['503', '500', '429', 'page', 'redirect', 'server_error'])(
  'is for later when a renewal meets %s, and the firm stays connected',
  async (fault) => {
    const { firms, mock, clock } = smokeballInMemory()
    await connect(firms, mock, 'smith')
    await clock.advance(overNight)
    const outage = mock.fault(`token=${fault}x*`)

    // `run` lets time pass for a call that waits for it, as one does which is sent again.
    expect((await clock.run(digestOf(firms, 'smith'))).state).toBe('later')

    outage.remove()
    await clock.advance(60_000)
    expect((await digestOf(firms, 'smith')).state).toBe('ready')
  },
)

const lost = ['truncated', 'reset@before_processing', 'reset@after_processing']

it.each(lost)(
  'asks for a new connection after %s: nobody knows whether the refresh token is used up',
  async (fault) => {
    const { firms, mock, clock } = smokeballInMemory()
    await connect(firms, mock, 'smith')
    await clock.advance(overNight)
    mock.fault(`token=${fault}`)

    expect((await digestOf(firms, 'smith')).state).toBe('later')
    await clock.advance(60_000)
    expect((await digestOf(firms, 'smith')).state).toBe('reconnect')
  },
)

it.each(lost)('tries again after %s where Smokeball was seen to keep the refresh token', async (fault) => {
  const { firms, mock, clock } = smokeballInMemory()
  await connect(firms, mock, 'smith')
  await clock.advance(overNight)
  await digestOf(firms, 'smith')
  await clock.advance(overNight)
  mock.fault(`token=${fault}`)

  expect((await digestOf(firms, 'smith')).state).toBe('later')
  await clock.advance(60_000)
  expect((await digestOf(firms, 'smith')).state).toBe('ready')
})

it('waits ten seconds for a Smokeball that hangs, and no longer', async () => {
  const { firms, mock, clock } = smokeballInMemory()
  await connect(firms, mock, 'smith')
  await clock.advance(overNight)
  mock.fault('token=hang')

  const before = clock.now()
  expect((await clock.run(digestOf(firms, 'smith'))).state).toBe('later')
  expect(clock.now() - before).toBe(10_000)
})

it('asks for a new connection once Smokeball has ended the session, and not before', async () => {
  const { firms, mock, clock } = smokeballInMemory()
  await connect(firms, mock, 'smith')
  await clock.advance(overNight)
  mock.fault('token=503x3,invalid_grant')

  const states: string[] = []
  for (let morning = 0; morning < 5; morning++) {
    states.push((await digestOf(firms, 'smith')).state)
    await clock.advance(3600_000)
  }

  expect(states).toEqual(['later', 'later', 'later', 'reconnect', 'reconnect'])
  await connect(firms, mock, 'smith')
  expect((await digestOf(firms, 'smith')).state).toBe('ready')
})

it('asks a firm to connect that never has', async () => {
  const { firms } = smokeballInMemory()
  expect(await digestOf(firms, 'smith')).toEqual({ firm: 'smith', state: 'reconnect' })
})
