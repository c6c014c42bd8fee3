import { systemClock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import type { AuthorizationServer } from '../core/server.js'
import type { Token } from '../core/token.js'
import { isOverview, overview } from './browser/overview.js'
import { assertOptions } from './check-options.js'
import { claimedClient } from './clients/claimed-client.js'
import { asksForCertificates } from './clients/client-certificate.js'
import { clientsOfDocuments } from './clients/client-id-metadata-document.js'
import { registered } from './clients/registered-clients.js'
import { randomBytes } from './crypto/base64url.js'
import { keyRing, signingAlgOf } from './crypto/key-ring.js'
import { approveDevice } from './endpoints/device-authorization.js'
import { type Outcome, outcomeOf, type Result } from './endpoints/outcome.js'
import { resourceOf } from './endpoints/resource-metadata.js'
import { issuedToken } from './endpoints/revocation.js'
import { isBeforeCallback } from './faults/callback.js'
import { ConnectionReset } from './faults/connection.js'
import type { MockFault } from './faults/fault.js'
import { misbehave } from './faults/misbehaviour.js'
import { createFaultScript, type MockPendingFault, noHit } from './faults/script.js'
import type { MockFaultOptions, MockScriptedFault } from './faults/scripted-fault.js'
import { createJournal, type MockRequest } from './journal.js'
import type { MockAuthorizationServerOptions, MockAuthorizeOptions, MockIssueOptions, MockLogin } from './options.js'
import { profileOf } from './profiles/profile-of.js'
import { originsOf, routesOf } from './routes.js'
import { emptyState, type MockContext } from './state.js'
import { issue } from './tokens/issue.js'
import { preflightAnswer, shareAnswer } from './ways/cross-origin.js'
import { inProcessFetch } from './ways/in-process.js'
import { type ListeningMock, listen, type MockListenOptions } from './ways/listening.js'
import { type MswHttp, mswHandlers } from './ways/msw.js'
import type { ReceivedRequest } from './ways/received-request.js'

/** A strict authorization server for tests, which checks what a real one may let pass. */
export interface MockAuthorizationServer {
  /** To hand to `createClient`; of a profile the preset itself. */
  readonly server: AuthorizationServer
  /** The URL of a resource that wants a token of this server; `?scope=` names the scope that it demands. */
  readonly resource: string
  /**
   * The requests that it has seen, oldest first, however they came. They hold secrets, and printing them shows those:
   * this is for tests with credentials made up for them.
   */
  readonly requests: readonly MockRequest[]
  /** Answers in process, and rejects like an unreachable host for any other. */
  readonly fetch: typeof globalThis.fetch
  /** Handlers for msw; hand in its own `http`. */
  handlers<Handler>(http: MswHttp<Handler>): Handler[]
  /**
   * Serves on 127.0.0.1, over HTTP or HTTPS. By the name `localhost` it is the same mock, whose URLs and issuer have that name.
   * @throws {OAuthError} `unsupported` where the runtime has no HTTP server; `invalid_argument` for a certificate or a port that is none.
   */
  listen(options?: MockListenOptions): Promise<ListeningMock>
  /**
   * Plays the user: takes the URL of an authorization request and answers the URL of the callback, with a code or with
   * an error.
   * @throws {OAuthError} `authorization_refused` where there is nowhere to redirect to: an unknown client or redirect
   * URI (RFC 6749 §4.1.2.1); `invalid_argument` for a URL that is not of the authorization endpoint.
   */
  authorize(url: string | URL, options?: MockAuthorizeOptions): Promise<string>
  /**
   * Plays the user of a device, who types in the code that it shows (RFC 8628 §3.3).
   * @throws {OAuthError} `invalid_argument` for a code that is unknown, expired or decided on.
   */
  approveDevice(userCode: string, options?: Pick<MockAuthorizeOptions, 'user' | 'deny'>): void
  /** Mints the token that a test starts from. */
  issue(options: MockIssueOptions): Token
  /**
   * Ends an access token in mid-life, or with a refresh token everything that came of its approval.
   * @throws {OAuthError} `invalid_argument` for a token that this mock has not issued.
   */
  revoke(token: string): void
  /**
   * Signs ID tokens with a new key from now on. The old ones stay in the key set, as they do for a while at a real server, unless
   * `keepOld` is false.
   */
  rotateKeys(options?: { readonly keepOld?: boolean }): void
  /**
   * Adds a fault to the script of an endpoint. A request is hit by the first that fits it and is not used up; several in
   * an array hit it together, the first of them outermost.
   * @throws {OAuthError} `invalid_argument` for a fault that cannot be, or not at this endpoint.
   */
  fault(
    endpoint: MockScriptedFault['endpoint'],
    fault: MockFault | readonly MockFault[],
    options?: MockFaultOptions,
  ): { remove(): void }
  /**
   * Adds the faults of a text as `token=503x2`; {@link parseFaults} says how they are written.
   * @throws {OAuthError} `invalid_argument` for one that cannot be read, or cannot be.
   */
  fault(notation: string): { remove(): void }
  /** What is in the script now, in order: that which is not used up. */
  readonly faults: readonly MockPendingFault[]
  /** Forgets the whole script. What has hit a request already goes on. */
  clearFaults(): void
}

/**
 * Makes an authorization server for tests.
 * @throws {OAuthError} `invalid_argument` for an option that there is none of, and for a value that cannot be.
 */
export const createMockAuthorizationServer = (options: MockAuthorizationServerOptions): MockAuthorizationServer => {
  assertOptions(options)
  const profile = profileOf(options)
  const { server } = profile
  const { clock = systemClock, clientMetadataDocuments: documents = {} } = options
  const homes = originsOf(profile)
  const routes = routesOf(profile)
  const journal = createJournal(options)
  const script = createFaultScript(options.seed ?? 1)
  for (const scripted of options.faults ?? []) script.add(scripted)
  /** The server as it is seen from each origin that it answers on. */
  const servers = new Map(homes.map((home) => [home, server]))
  /** Who decides there, where that was said. */
  const logins = new Map<string, MockLogin>()
  const ring = keyRing(options.idTokenSigningAlg ?? signingAlgOf(server))
  const context: MockContext = {
    profile,
    server,
    clients: registered([...options.clients, ...clientsOfDocuments(documents, server)], profile),
    initialAccessToken: options.initialAccessToken,
    clientSecretLifetime: options.clientSecretLifetime,
    clock,
    skewMs: 0,
    clientAssertionAudience: options.clientAssertionAudience,
    state: emptyState(),
    signingKey: randomBytes(32),
    keyRing: ring,
    dpop: options.dpop ?? {},
    nonceSeed: crypto.randomUUID(),
    exchangeTargets: options.exchangeTargets,
    assertionIssuers: options.assertionIssuers ?? {},
    extensionGrants: options.extensionGrants ?? {},
    userClaims: options.userClaims ?? {},
  }

  const endpointOf = ({ url }: ReceivedRequest) => routes.get(url.pathname) ?? 'unknown'
  const respond = async (request: ReceivedRequest, user?: MockAuthorizeOptions): Promise<Outcome> => {
    const endpoint = endpointOf(request)
    const { faults, spare } =
      endpoint === 'unknown' || endpoint === 'verification'
        ? noHit
        : script.take(endpoint, new URLSearchParams(request.body).get('grant_type'))
    const ended = journal.record(request, {
      endpoint,
      clientId: claimedClient(request, server),
      at: clock.now(),
      faults,
    })
    const login = logins.get(request.url.origin) ?? options.login ?? 'automatic'
    const seen = { ...context, server: servers.get(request.url.origin) ?? server }
    let result: Result = {}
    const process = async (changed: MockContext) => {
      const { answer, ...rest } = await outcomeOf(endpoint, request, changed, { login, user })
      result = rest
      return answer
    }
    try {
      const answer = await misbehave(faults, { request, endpoint, context: seen, process })
      shareAnswer(answer, request, endpoint, context, faults)
      const spared = isBeforeCallback(faults, endpoint, answer)
      if (spared) spare()
      ended({ status: answer.status, ...result }, spared)
      return { answer, ...result }
    } catch (failure) {
      if (failure instanceof ConnectionReset) ended({ lost: 'reset', ...result })
      else if (request.signal?.aborted) ended({ lost: 'abandoned', ...result })
      throw failure
    }
  }
  const answer = async (request: ReceivedRequest): Promise<Response> =>
    preflightAnswer(request, endpointOf(request), context) ?? (await respond(request)).answer

  const all = { context, script, requests: journal.requests, routes, profile: options.profile }
  const visit = async (request: ReceivedRequest): Promise<Response> =>
    isOverview(request, all) ? overview(request, all, servers.get(request.url.origin) ?? server) : answer(request)

  return {
    server,
    resource: resourceOf(server),
    requests: journal.requests,
    fetch: inProcessFetch((origin) => servers.has(origin), visit),
    handlers: (http) =>
      mswHandlers(
        http,
        homes.flatMap((home) => [...routes.keys()].map((path) => `${home}${path}`)),
        answer,
      ),
    listen: (wanted = {}) =>
      listen(wanted, {
        server,
        homes,
        servers,
        logins,
        answer: visit,
        requestCert: asksForCertificates(options),
        authorities: options.certificateAuthorities ?? [],
      }),
    authorize: async (url, user = {}) => {
      const target = URL.parse(url)
      if (!target || !servers.has(target.origin) || routes.get(target.pathname) !== 'authorize') {
        throw new OAuthError('invalid_argument', 'this is no URL of the authorization endpoint of this mock')
      }
      const request = { method: 'GET', url: target, headers: new Headers(), body: '' }
      const { answer, refused = `it answered ${answer.status}` } = await respond(request, user)
      const callback = answer.headers.get('location')
      if (callback !== null) return callback
      throw new OAuthError('authorization_refused', `the mock redirects nowhere: ${refused} (RFC 6749 §4.1.2.1)`, {
        error: 'invalid_request',
        errorDescription: refused,
      })
    },
    approveDevice: (userCode, user) => approveDevice(context, userCode, user),
    issue: (wanted) => issue(context, wanted),
    revoke: (value) => {
      const issued = issuedToken(context.state, value)
      if (!issued) throw new OAuthError('invalid_argument', 'the mock has not issued this token')
      issued.end()
    },
    rotateKeys: ({ keepOld = true } = {}) => ring.rotate(keepOld),
    fault: (endpoint: string, fault?: MockFault | readonly MockFault[], which?: MockFaultOptions) =>
      script.add(fault ? { endpoint: endpoint as MockScriptedFault['endpoint'], fault, ...which } : endpoint),
    get faults() {
      return [...script.entries]
    },
    clearFaults: script.clear,
  }
}
