import type { AuthorizationServer } from '../../core/server.js'
import { createMockCertificate } from '../crypto/mock-certificate.js'
import { resourceOf } from '../endpoints/resource-metadata.js'
import type { MockLogin } from '../options.js'
import { moved } from '../routes.js'
import { listenOnLoopback } from './listen.js'
import type { ReceivedRequest } from './received-request.js'

/** How the mock is reached over the network. */
export interface MockListenOptions {
  /** @default a free one */
  readonly port?: number
  /**
   * Speaks TLS: with a certificate for 127.0.0.1, ::1 and localhost that is made anew, or with your own and its private key, in
   * PEM. @default false
   */
  readonly https?: boolean | { readonly cert: string; readonly key: string }
  /** Who decides at the authorization endpoint there. @default who does at the mock */
  readonly login?: MockLogin
}

/** A mock that listens on loopback. */
export interface ListeningMock {
  /** `http://127.0.0.1:` or `https://127.0.0.1:`, and the port. */
  readonly origin: string
  /** The mock's server, moved to that origin: the same paths, and the issuer too where there is one. */
  readonly server: AuthorizationServer
  /** The protected resource there. */
  readonly resource: string
  /**
   * Over https, what a client must trust, in PEM: the authority of the certificate that was made, or your own certificate. It
   * goes to `ca` of `node:https`, into the file of `NODE_EXTRA_CA_CERTS` or of `curl --cacert`.
   */
  readonly certificate?: string
  /** Drops what is still open, and frees the port. */
  close(): Promise<void>
}

/** What listens. */
interface Listener {
  readonly server: AuthorizationServer
  /** The origins that its URLs have elsewhere. */
  readonly homes: readonly string[]
  /** The server as it is seen from each origin. */
  readonly servers: Map<string, AuthorizationServer>
  /** Who decides at each origin, where that was said. */
  readonly logins: Map<string, MockLogin>
  readonly answer: (request: ReceivedRequest) => Promise<Response>
  /** Clients are asked for a certificate. */
  readonly requestCert: boolean
  readonly authorities: readonly string[]
}

const here = { ip: ['127.0.0.1', '::1'], dns: ['localhost'] }

/** What TLS is spoken with, and what a client must trust for it. The key of the authority goes no further. */
const identityOf = async ({
  https = false,
}: MockListenOptions): Promise<
  { readonly cert: string; readonly key: string; readonly trusted: string } | undefined
> => {
  if (https === false) return undefined
  if (https !== true) return { ...https, trusted: https.cert }
  const authority = await createMockCertificate({ subject: 'CN=bearward mock authority', isAuthority: true })
  const { cert, key } = await createMockCertificate({ subject: 'CN=localhost', names: here, signedBy: authority })
  return { cert, key, trusted: authority.cert }
}

export const listen = async (
  options: MockListenOptions,
  { server, homes, servers, logins, answer, requestCert, authorities }: Listener,
): Promise<ListeningMock> => {
  const identity = await identityOf(options)
  const open = (port: number, asks: boolean) => {
    const ca = authorities.length > 0 && { ca: authorities }
    const tls = identity && { cert: identity.cert, key: identity.key, requestCert: asks, ...ca }
    return listenOnLoopback(port, answer, tls)
  }
  const aliases = identity && requestCert && server.mtlsEndpointAliases
  // RFC 8705 §5: whoever has aliases asks for certificates nowhere else.
  const door = await open(options.port ?? 0, requestCert && !aliases)
  const mutual = aliases ? await open(0, true) : door
  for (const [main, other] of [
    [door.origin, mutual.origin],
    [door.alias, mutual.alias],
  ] as const) {
    for (const name of [main, other]) {
      servers.set(name, moved(server, homes, main, other))
      if (options.login) logins.set(name, options.login)
    }
  }
  const there = moved(server, homes, door.origin, mutual.origin)
  return {
    origin: door.origin,
    server: there,
    resource: resourceOf(there),
    ...(identity && { certificate: identity.trusted }),
    close: async () => {
      for (const { origin, alias, close } of new Set([door, mutual])) {
        for (const name of [origin, alias]) for (const known of [servers, logins]) known.delete(name)
        await close()
      }
    },
  }
}
