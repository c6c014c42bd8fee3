import process from 'node:process'
import type { MockClient } from '../../testing/index.js'
import { UsageError } from '../usage-error.js'

/** It protects nothing, and whoever reads the documentation knows it. */
export const madeUpSecret = 'made-up-secret'

const paths = ['/callback', '/', '/auth/callback', '/oauth/callback']

/** The ports of the development servers that people have; of an address in digits, any port is taken (RFC 8252 §7.3). */
const localhostPorts = [3000, 4200, 5173, 8000, 8080]

const redirectUris = [
  'http://127.0.0.1',
  'http://[::1]',
  ...localhostPorts.map((port) => `http://localhost:${port}`),
].flatMap((origin) => paths.map((path) => `${origin}${path}`))

/** For whoever has said nothing of clients: one with a secret, and one without. */
export const readyMadeClients: readonly MockClient[] = [
  { clientId: 'confidential', clientSecret: madeUpSecret, redirectUris },
  { clientId: 'public', redirectUris },
]

/** The variable of the environment that has the secret of a client. */
export const secretVariable = (clientId: string): string =>
  `BEARWARD_MOCK_SECRET_${clientId.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`

/**
 * Reads `ID=REDIRECT_URI,REDIRECT_URI`: a confidential client if the environment has a secret for it, else a public one.
 * @throws {UsageError} for one without an ID.
 */
export const clientOf = (written: string): MockClient => {
  const at = written.indexOf('=')
  const clientId = at < 0 ? written : written.slice(0, at)
  if (!clientId) throw new UsageError('--client needs an ID: it is written as ID=REDIRECT_URI,REDIRECT_URI')
  const uris = at < 0 ? [] : written.slice(at + 1).split(',')
  const clientSecret = process.env[secretVariable(clientId)]
  return {
    clientId,
    ...(clientSecret && { clientSecret }),
    redirectUris: uris.map((uri) => uri.trim()).filter((uri) => uri !== ''),
  }
}
