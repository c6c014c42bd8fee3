import { describe, expect, it } from 'vitest'
import { askRefresh, askResource, reach, sessionOf, ways } from './ways.js'
import { authorizationUrl } from './wire.js'

describe.each(ways)('%s, an error that is scripted', (way) => {
  it.each([
    ['invalid_grant', 400],
    ['invalid_client', 401],
    ['error:odd_one;status=500', 500],
  ])('comes from the token endpoint as JSON: %s', async (written, status) => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault(`token[refresh_token]=${written};error-description="not today"`)
    const answer = await askRefresh(here, refreshToken)
    expect(answer.status).toBe(status)
    const error = written.replace(/^error:|;.*$/g, '')
    expect(await answer.json()).toEqual({ error, error_description: 'not today' })
    expect(await isUsed()).toBe(false)
  })

  it('comes from the resource and from userinfo as a challenge', async () => {
    const here = await reach(way)
    const { accessToken } = here.mock.issue({ clientId: 'web', scope: 'openid' })
    here.mock.fault('resource=insufficient_scope,invalid_token userinfo=invalid_token,error:insufficient_scope')
    const seen = []
    for (const url of [here.resource, `${here.server.userinfoEndpoint}`]) {
      for (let time = 0; time < 3; time++) {
        const { status, headers } = await here.fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })
        seen.push([status, headers.get('www-authenticate')])
      }
    }
    const insufficient = [403, 'Bearer realm="mock", error="insufficient_scope"']
    const invalid = [401, 'Bearer realm="mock", error="invalid_token"']
    expect(seen).toEqual([insufficient, invalid, [200, null], invalid, insufficient, [200, null]])
    expect((await askResource(here, accessToken)).status).toBe(200)
  })

  it('comes from the authorization endpoint by way of the user', async () => {
    const here = await reach(way)
    here.mock.fault('authorize=error:temporarily_unavailable;error-description="too many"')
    const query = { client_id: 'web', redirect_uri: 'https://app.test/callback', state: 'sent' }
    const { search } = new URL(authorizationUrl(here.mock, query))
    const answer = await here.fetch(`${here.server.authorizationEndpoint}${search}`, { redirect: 'manual' })
    const callback = new URL(`${answer.headers.get('location')}`)
    expect(callback.origin + callback.pathname).toBe('https://app.test/callback')
    expect(Object.fromEntries(callback.searchParams)).toEqual({
      state: 'sent',
      iss: here.server.issuer,
      error: 'temporarily_unavailable',
      error_description: 'too many',
    })
  })
})
