import { describe, expectTypeOf, it } from 'vitest'
import * as authorize from '../../src/authorize.js'
import type { PromptingClient } from '../../src/cli/index.js'
import type {
  AuthorizationDetail,
  AuthorizationRequest,
  Client,
  DeviceAuthorization,
  IdTokenClaims,
  Token,
} from '../../src/index.js'
import { authorizeNatively, type NativeAuthorizationOptions, type NativeClient } from '../../src/native/index.js'

describe('a token', () => {
  it('has fields of JSON alone', () => {
    expectTypeOf<Token>().toEqualTypeOf<{
      readonly accessToken: string
      readonly tokenType: string
      readonly keyThumbprint?: string
      readonly expiresAt?: number
      readonly refreshToken?: string
      readonly refreshTokenExpiresAt?: number
      readonly scope?: string
      readonly requestedScope?: string
      readonly authorizationDetails?: readonly AuthorizationDetail[]
      readonly idToken?: string
      readonly idTokenClaims?: IdTokenClaims
      readonly raw: Readonly<Record<string, unknown>>
    }>()
  })

  it('is what each grant answers, and what a refresh takes', () => {
    expectTypeOf<Client['clientCredentials']>().returns.resolves.toEqualTypeOf<Token>()
    expectTypeOf<Client['exchangeCode']>().returns.resolves.toEqualTypeOf<Token>()
    expectTypeOf<Client['refresh']>().returns.resolves.toEqualTypeOf<Token>()
    expectTypeOf<Client['refresh']>().parameter(0).toEqualTypeOf<string | Partial<Token>>()
    expectTypeOf<{ refreshToken: string }>().toExtend<Partial<Token>>()
  })

  it('cannot be changed', () => {
    const token: Token = { accessToken: 'a', tokenType: 'Bearer', raw: {} }
    // @ts-expect-error readonly
    token.accessToken = 'b'
    // @ts-expect-error readonly
    token.raw['x'] = 1
  })
})

describe('a device authorization', () => {
  it('has what the user is shown, and no device code', () => {
    expectTypeOf<Client['deviceAuthorization']>().returns.resolves.toEqualTypeOf<DeviceAuthorization>()
    expectTypeOf<keyof DeviceAuthorization>().toEqualTypeOf<
      'userCode' | 'verificationUri' | 'verificationUriComplete' | 'expiresIn' | 'interval' | 'token'
    >()
    expectTypeOf<DeviceAuthorization['token']>().returns.resolves.toEqualTypeOf<Token>()
    expectTypeOf<Client>().toExtend<PromptingClient>()
  })
})

describe('a native login', () => {
  it('takes a client, and cannot do without PKCE nor name another redirect URI', () => {
    expectTypeOf<Client>().toExtend<NativeClient>()
    expectTypeOf<NativeAuthorizationOptions>().not.toHaveProperty('insecurePkce')
    expectTypeOf<NativeAuthorizationOptions>().not.toHaveProperty('redirectUri')
    expectTypeOf(authorizeNatively).returns.resolves.toEqualTypeOf<Token>()
    // @ts-expect-error localhost may be another interface
    void (() => authorizeNatively({} as Client, { host: 'localhost' }))
  })
})

describe('an authorization request', () => {
  it('has what must be kept until the callback', () => {
    expectTypeOf<AuthorizationRequest>().toExtend<{
      readonly url: string
      readonly state: string
      readonly clientId: string
      readonly redirectUri: string
    }>()
    expectTypeOf<AuthorizationRequest['codeVerifier']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<AuthorizationRequest['nonce']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<AuthorizationRequest['issuer']>().toEqualTypeOf<string | undefined>()
  })

  it('is the same from the client and from bearward/authorize', () => {
    expectTypeOf(authorize.authorizationRequest).returns.resolves.toEqualTypeOf<AuthorizationRequest>()
    expectTypeOf<Client['authorizationRequest']>().returns.resolves.toEqualTypeOf<AuthorizationRequest>()
    expectTypeOf(authorize.authorizationResponse).parameter(1).toEqualTypeOf<AuthorizationRequest>()
  })

  it('needs an authorization endpoint alone where there is no token endpoint to call', () => {
    const server = { authorizationEndpoint: 'https://as.example.com/authorize' }
    authorize.authorizationRequest({ server, clientId: 'page', redirectUri: 'https://app.example.com/callback' })
    // @ts-expect-error the page has to say who it is
    authorize.authorizationRequest({ server, redirectUri: 'https://app.example.com/callback' })
  })
})
