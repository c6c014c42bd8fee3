import type { AuthorizationServer, Token, TokenSource, TokenStore } from '../index.js'
import { type Asked, type AskedFlags, keyOf } from './asked.js'
import type { KnownClient } from './client.js'
import type { GrantFlags } from './grant.js'
import { deviceLogin, type Login, loopbackLogin, sessionToken, withAudience } from './login.js'
import { type PlaceFlags, storeOf } from './place.js'
import { neededSecretOf, secretOf } from './secret.js'
import { UsageError } from './usage-error.js'

export interface HoldingFlags extends AskedFlags, GrantFlags, PlaceFlags {
  /** Seconds that the token must live for. */
  readonly validFor?: number
}

interface Place {
  readonly store: TokenStore
  readonly key: string
}

/** A token that may be kept, and how one is asked for. */
export interface Holding {
  /** Absent: it is not kept. */
  readonly place?: Place | undefined
  readonly token: (signal: AbortSignal) => Promise<Token>
  /** Another one, though this one was good. */
  readonly renewed: (token: Token, signal: AbortSignal) => Promise<Token>
  /** Ends it for all, and at the server where that can be. Absent: it ends by itself. */
  readonly end?: () => Promise<void>
}

interface Situation {
  readonly flags: HoldingFlags
  readonly server: AuthorizationServer
  readonly known: KnownClient
  readonly asked: Asked
}

/** `given`: what the token is given for, which may be another one with each run. */
const placeOf = async (
  { flags, server, known: { clientId }, asked }: Situation,
  kind: string,
  given: readonly (string | undefined)[] = [],
): Promise<Place | undefined> => {
  const isPassing = given.length > 0 && kind !== 'session'
  const store = await storeOf(flags, isPassing)
  return store && { store, key: await keyOf({ kind, server, clientId, account: flags.account, given }, asked) }
}

const freshnessOf = ({ validFor }: HoldingFlags): { readonly expiryMarginMs?: number } =>
  validFor === undefined ? {} : { expiryMarginMs: validFor * 1000 }

const ofSource = (source: TokenSource, place: Place | undefined): Holding => ({
  place,
  token: (signal) => source.token({ signal }),
  renewed: (rejected, signal) => source.token({ signal, rejected }),
})

const unkept = (token: Login): Holding => ({ token, renewed: (_, signal) => token(signal) })

const ofClient = async (situation: Situation): Promise<Holding> => {
  const place = await placeOf(situation, 'client-credentials')
  const { client } = situation.known
  const options = { ...withAudience(situation.asked), ...freshnessOf(situation.flags) }
  return ofSource(client.clientCredentialsSource({ ...options, ...place }), place)
}

/** A user's session, which any grant may have begun that logs a user in. */
const ofUser = async (situation: Situation): Promise<Holding> => {
  const { flags, known, asked } = situation
  const logins = { device: deviceLogin, loopback: loopbackLogin }
  const begin = flags.grant === 'device' || flags.grant === 'loopback' ? logins[flags.grant] : undefined
  const login = flags.login ? begin?.(known.client, asked, flags) : undefined
  const place = await placeOf(situation, 'session')
  if (!place) {
    if (login) return unkept(login)
    throw new UsageError('with --no-store no login is kept: take --grant device or --grant loopback')
  }
  const session = known.client.sessionSource({ ...place, ...freshnessOf(flags) })
  return {
    ...ofSource(session, place),
    token: (signal) => sessionToken({ session, ...place, login }, signal),
    end: () => session.end(),
  }
}

const ofRefreshToken = async (situation: Situation): Promise<Holding> => {
  const { flags, known, asked } = situation
  const refreshToken = await neededSecretOf({ ...flags }, 'refresh-token')
  const place = await placeOf(situation, 'session', [refreshToken])
  if (!place) return unkept((signal) => known.client.refresh({ refreshToken }, { ...withAudience(asked), signal }))
  const session = known.client.sessionSource({ ...place, token: { refreshToken }, ...freshnessOf(flags) })
  return { ...ofSource(session, place), end: () => session.end() }
}

const ofExchange = async (situation: Situation): Promise<Holding> => {
  const { flags, known, asked } = situation
  const { subjectTokenType, actorTokenType, requestedTokenType } = flags
  const subjectToken = await neededSecretOf({ ...flags }, 'subject-token')
  const actorToken = await secretOf({ ...flags }, 'actor-token')
  const actor = actorToken === undefined ? [] : [actorToken, actorTokenType]
  const given = [subjectToken, subjectTokenType, requestedTokenType, ...actor]
  const place = await placeOf(situation, 'token-exchange', given)
  const source = known.client.tokenExchangeSource({
    ...{ ...asked, subjectToken, subjectTokenType },
    ...(actorToken !== undefined && { actorToken, actorTokenType }),
    ...(requestedTokenType !== undefined && { requestedTokenType }),
    ...{ ...freshnessOf(flags), ...place },
  })
  return ofSource(source, place)
}

const ofAssertion = async (situation: Situation): Promise<Holding> => {
  const { flags, known, asked } = situation
  const assertion = await neededSecretOf({ ...flags }, 'assertion')
  const place = await placeOf(situation, 'jwt-bearer', [assertion])
  const options = { ...withAudience(asked), ...freshnessOf(flags) }
  return ofSource(known.client.jwtBearerSource({ ...options, assertion, ...place }), place)
}

const ofExtension = async (situation: Situation, grantType: string): Promise<Holding> => {
  const { flags, known } = situation
  const { parameters = {}, ...asked } = withAudience(situation.asked)
  const place = await placeOf(situation, 'extension', [grantType])
  const options = { ...asked, ...freshnessOf(flags), ...place }
  return ofSource(known.client.extensionGrantSource(grantType, parameters, options), place)
}

/** What the grant gives that the options name, or that fits the client. */
export const holdingOf = (situation: Situation): Promise<Holding> => {
  const { grant = situation.known.isConfidential ? 'client-credentials' : undefined } = situation.flags
  switch (grant) {
    case 'client-credentials':
      return ofClient(situation)
    case 'refresh':
      return ofRefreshToken(situation)
    case 'token-exchange':
      return ofExchange(situation)
    case 'jwt-bearer':
      return ofAssertion(situation)
    case 'device':
    case 'loopback':
    case undefined:
      return ofUser(situation)
    default:
      return ofExtension(situation, grant)
  }
}
