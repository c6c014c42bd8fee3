import { OAuthError } from '../../core/errors.js'
import type { AuthorizationServer } from '../../core/server.js'
import type { Json } from '../answers.js'
import type { MockClient } from '../options.js'
import { clientOfMetadata, MetadataError, registeredMetadata } from './client-metadata.js'

const invalid = (url: string, problem: string): OAuthError =>
  new OAuthError('invalid_argument', `the client metadata document at ${url}: ${problem}`)

/** Client ID Metadata Document §3, read from the text: a parsed URL has its dot segments resolved already. */
const problemOfUrl = (text: string): string | undefined => {
  const url = URL.parse(text)
  if (!url || !text.startsWith('https://')) return 'its URL must be https'
  const rest = text.slice('https://'.length)
  const end = rest.search(/[/?#]/)
  if (end < 0 || rest[end] !== '/') return 'its URL must have a path'
  if (url.username || url.password || rest.slice(0, end).includes('@')) return 'its URL must not name a user'
  if (text.includes('#')) return 'its URL must have no fragment'
  const segments = rest.slice(end).replace(/\?.*/s, '').toLowerCase().replaceAll('%2e', '.').split('/')
  return segments.includes('.') || segments.includes('..') ? 'its URL must have no dot segments' : undefined
}

/** §4, §4.1. */
const problemOfDocument = (document: Json, url: string): string | undefined => {
  if (document['client_id'] !== url) return 'client_id must be its URL'
  if ('client_secret' in document || 'client_secret_expires_at' in document) return 'it must hold no secret'
  // Left out, it would be client_secret_basic (RFC 7591 §2).
  const method = `${document['token_endpoint_auth_method'] ?? 'client_secret_basic'}`
  return method.startsWith('client_secret_') ? 'token_endpoint_auth_method must be without a shared secret' : undefined
}

/** The client that a document describes, as if the mock had read it at its URL. */
const clientOf = (url: string, document: Json, server: AuthorizationServer): MockClient => {
  const problem = problemOfUrl(url) ?? problemOfDocument(document, url)
  if (problem !== undefined) throw invalid(url, problem)
  try {
    return clientOfMetadata(registeredMetadata(document, server), url)
  } catch (unfit) {
    throw unfit instanceof MetadataError ? invalid(url, unfit.message) : unfit
  }
}

/** @throws {OAuthError} `invalid_argument` for a document that no server may take. */
export const clientsOfDocuments = (
  documents: Readonly<Record<string, Json>>,
  server: AuthorizationServer,
): readonly MockClient[] => Object.entries(documents).map(([url, document]) => clientOf(url, document, server))
