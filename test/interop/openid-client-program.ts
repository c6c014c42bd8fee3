import * as openid from 'openid-client'
import type { Program } from './misuse.js'
import { redirectUri } from './mock.js'

/** What a server knows of a client. */
export interface Registration {
  readonly clientId: string
  /** Absent: the client is public. */
  readonly clientSecret?: string
}

export const discover = (
  issuer: string,
  { clientId, clientSecret }: Registration,
  authentication: openid.ClientAuth = clientSecret === undefined
    ? openid.None()
    : openid.ClientSecretBasic(clientSecret),
): Promise<openid.Configuration> =>
  openid.discovery(new URL(issuer), clientId, undefined, authentication, {
    // The issuers of these tests are on loopback, without TLS.
    execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks],
  })

/** The two tokens of an answer that must have both. */
export const bothTokens = ({
  access_token: accessToken,
  refresh_token: refreshToken,
}: openid.TokenEndpointResponse) => {
  if (refreshToken === undefined) throw new Error('there is no refresh token')
  return { accessToken, refreshToken }
}

interface Surroundings {
  readonly issuer: string
  readonly resource: string
  readonly client: Required<Registration>
  readonly another: Required<Registration>
  readonly scope: string
  /** Plays the user. @returns the callback. */
  readonly approve: (url: string) => Promise<string>
}

const errorOf = async (thrown: unknown): Promise<string | undefined> => {
  if (thrown instanceof openid.ResponseBodyError) return thrown.error
  // A refusal with a challenge is told as the challenge, and its body is left to be read.
  if (thrown instanceof openid.WWWAuthenticateChallengeError) return (await thrown.response.json()).error
  return undefined
}

/** A program that uses openid-client. */
export const openidClientProgram = async (server: Surroundings): Promise<Program> => {
  const config = await discover(server.issuer, server.client)
  return {
    resource: server.resource,
    login: async () => {
      const verifier = openid.randomPKCECodeVerifier()
      const state = openid.randomState()
      const url = openid.buildAuthorizationUrl(config, {
        ...{ redirect_uri: redirectUri, scope: server.scope, state, code_challenge_method: 'S256' },
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      })
      return { callback: await server.approve(url.href), verifier, state }
    },
    exchange: async ({ callback, verifier, state }, wrong = {}) => {
      const { clientSecret } = wrong
      const guesser = clientSecret ? await discover(server.issuer, { ...server.client, clientSecret }) : config
      const sender = wrong.client ? await discover(server.issuer, server.another) : guesser
      // Where this client was called back at is the redirect URI that it sends.
      const url = new URL(new URL(callback).search, wrong.redirectUri ?? callback)
      const pkceCodeVerifier = wrong.verifier === 'another' ? openid.randomPKCECodeVerifier() : verifier
      const tokens = await openid.authorizationCodeGrant(sender, url, {
        expectedState: state,
        ...(wrong.verifier !== 'none' && { pkceCodeVerifier }),
      })
      return bothTokens(tokens)
    },
    refresh: async (refreshToken) => bothTokens(await openid.refreshTokenGrant(config, refreshToken)),
    errorOf,
  }
}
