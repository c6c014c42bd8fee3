import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bearerChallenge, type Client, createClient, discover, stepUp } from '../../src/index.js'
import { idTokenValidator } from '../../src/jwt/index.js'
import { createBrowser } from './browser.ts'
import { tokenOf } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

describe('a stronger login at a certified server (RFC 9470)', () => {
  let provider: RunningProvider
  let client: Client
  beforeAll(async () => {
    provider = await startProvider()
    client = createClient({ ...clients.basic, server: await discover(provider.issuer), idToken: idTokenValidator() })
  })
  afterAll(() => provider.close())

  it('is what the challenge of an API asks for', async () => {
    const browser = createBrowser()
    const first = await tokenOf(client, { browser })
    expect(first.idTokenClaims?.['acr']).toBeUndefined()
    const refused = new Response(null, {
      status: 401,
      headers: {
        'www-authenticate': 'Bearer error="insufficient_user_authentication", acr_values="gold", max_age="0"',
      },
    })
    const challenge = bearerChallenge(refused)
    expect(challenge).toMatchObject({ acrValues: 'gold', maxAge: 0 })
    const second = await tokenOf(client, { browser, ...(challenge && stepUp(challenge, first)) })
    expect(second.idTokenClaims?.['acr']).toBe('gold')
    expect(second.idTokenClaims?.auth_time).toBeGreaterThan(0)
    expect(second.scope?.split(' ')).toEqual(first.scope?.split(' '))
  })
})
