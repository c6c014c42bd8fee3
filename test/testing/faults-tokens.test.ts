import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { askRefresh, askResource, type Reached, reach, ways } from './ways.js'
import { askIntrospection, authorizationUrl, basic } from './wire.js'

const redirectUri = 'https://app.test/callback'

/** The answer to the code of a login. */
const logIn = async (here: Reached): Promise<Readonly<Record<string, string>>> => {
  const query = { client_id: 'web', redirect_uri: redirectUri, scope: 'openid' }
  const callback = new URL(await here.mock.authorize(authorizationUrl(here.mock, query)))
  const form = {
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code: `${callback.searchParams.get('code')}`,
  }
  const body = new URLSearchParams(form)
  const headers = basic('web', 's3cret')
  return (await here.fetch(here.server.tokenEndpoint, { method: 'POST', headers, body })).json()
}

const keysOf = async ({ fetch, server }: Reached) => createLocalJWKSet(await (await fetch(`${server.jwksUri}`)).json())

describe.each(ways)('%s, a token', (way) => {
  it('ends before its time at the resource, at userinfo and in introspection', async () => {
    const here = await reach(way)
    here.mock.fault('token=expired_early:60s')
    const { access_token: accessToken, expires_in: expiresIn, refresh_token: refreshToken } = await logIn(here)
    expect(expiresIn).toBe(3600)
    const userinfo = async () =>
      (await here.fetch(`${here.server.userinfoEndpoint}`, { headers: { authorization: `Bearer ${accessToken}` } }))
        .status
    const isActive = async () =>
      (await askIntrospection(here.mock, { token: `${accessToken}` }, basic('web', 's3cret'))).json['active']
    const seen = async () => [(await askResource(here, accessToken)).status, await userinfo(), await isActive()]
    await here.clock.advance(59_999)
    expect(await seen()).toEqual([200, 200, true])
    await here.clock.advance(1)
    expect(await seen()).toEqual([401, 401, false])
    expect((await askRefresh(here, refreshToken)).status).toBe(200)
  })

  it('that refreshes ends before its time', async () => {
    const here = await reach(way)
    here.mock.fault('token=expired_early;token=refresh_token')
    const { access_token: accessToken, refresh_token: refreshToken } = await logIn(here)
    expect((await askResource(here, accessToken)).status).toBe(200)
    const refused = await askRefresh(here, refreshToken)
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'the refresh token has expired' },
    ])
  })

  it('of identity is of another issuer, well signed', async () => {
    const here = await reach(way)
    here.mock.fault('token=wrong_issuer,wrong_issuer:https://evil.test')
    const keys = await keysOf(here)
    for (const issuer of ['https://another-issuer.test', 'https://evil.test', here.server.issuer]) {
      const { id_token: idToken } = await logIn(here)
      expect((await jwtVerify(`${idToken}`, keys, { currentDate: new Date(here.clock.now()) })).payload.iss).toBe(
        issuer,
      )
    }
  })

  it('of identity is signed by a key that is known no more', async () => {
    const here = await reach(way)
    here.mock.fault('token=id_token;signed-by=retired,id_token;signed-by=stranger')
    const keys = await keysOf(here)
    const verify = async () => {
      const { id_token: idToken } = await logIn(here)
      return jwtVerify(`${idToken}`, keys, { currentDate: new Date(here.clock.now()) })
    }
    await expect(verify()).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    await expect(verify()).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
    await verify()
  })

  it('of identity is signed by a key that the key set lacks for a while', async () => {
    const here = await reach(way)
    const { id_token: idToken = '' } = await logIn(here)
    const { kid } = decodeProtectedHeader(idToken)
    here.mock.fault('jwks=revoked_keys,revoked_keys:nothing')
    const kids = async () => {
      const { keys } = await (await here.fetch(`${here.server.jwksUri}`)).json()
      return keys.map((key: { kid: string }) => key.kid)
    }
    expect(await kids()).toEqual([expect.not.stringMatching(`${kid}`)])
    expect(await kids()).toEqual([])
    expect(await kids()).toEqual([kid])
  })

  it('is dated by a clock that is wrong, and lives as long', async () => {
    const here = await reach(way)
    const now = here.clock.now() / 1000
    for (const skew of [300, -300]) {
      here.mock.fault(`token=clock_skew:${skew}s`)
      const { id_token: idToken = '', access_token: accessToken, expires_in: expiresIn } = await logIn(here)
      expect(decodeJwt(idToken)).toMatchObject({ iat: now + skew, exp: now + skew + 3600, auth_time: now + skew })
      expect([expiresIn, (await askResource(here, accessToken)).status]).toEqual([3600, 200])
      await here.clock.advance(3_599_999)
      expect((await askResource(here, accessToken)).status).toBe(200)
      await here.clock.advance(1)
      expect((await askResource(here, accessToken)).status).toBe(401)
      here.clock.jump(now * 1000 - here.clock.now())
    }
  })
})

it.each(ways)(
  '%s, the clock of a server shows in Date, in introspection and in access tokens that are JWTs',
  async (way) => {
    const here = await reach(way, { profile: 'keycloak' })
    here.mock.fault('*=clock_skew:-300sx*')
    const form = new URLSearchParams({ grant_type: 'client_credentials' })
    const answer = await here.fetch(here.server.tokenEndpoint, {
      method: 'POST',
      headers: basic('web', 's3cret'),
      body: form,
    })
    const now = here.clock.now() / 1000
    expect(Date.parse(`${answer.headers.get('date')}`) / 1000).toBe(now - 300)
    const { access_token: token, expires_in: expiresIn } = await answer.json()
    expect(decodeJwt(token)).toMatchObject({ iat: now - 300, exp: now - 300 + expiresIn })
    expect((await askIntrospection(here.mock, { token }, basic('web', 's3cret'))).json).toMatchObject({
      active: true,
      exp: now - 300 + expiresIn,
    })
  },
)

it.each(ways)('%s, the metadata document is of another issuer', async (way) => {
  const here = await reach(way)
  here.mock.fault('discovery=wrong_issuer')
  const issuers = []
  for (let time = 0; time < 2; time++) {
    const document = await (await here.fetch(`${here.server.issuer}/.well-known/openid-configuration`)).json()
    issuers.push(document.issuer)
    expect(document.token_endpoint).toBe(here.server.tokenEndpoint)
  }
  expect(issuers).toEqual(['https://another-issuer.test', here.server.issuer])
})
