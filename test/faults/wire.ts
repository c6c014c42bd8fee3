import { decodeJwt } from 'jose'
import type { MockRequest } from '../../src/testing/index.js'
import type { HeardAnswer } from './heard.js'

const jtiOf = (jwt: string): string => `${decodeJwt(jwt).jti}`

const singleUse = {
  'authorization code': ({ form }) => form?.['code'],
  'refresh token': ({ form }) => form?.['refresh_token'],
  'device code': ({ form }) => form?.['device_code'],
  'client assertion': ({ form }) => form?.['client_assertion'] && jtiOf(form['client_assertion']),
  assertion: ({ form }) => form?.['assertion'] && jtiOf(form['assertion']),
  'DPoP proof': ({ headers }) => headers['dpop'] && jtiOf(headers['dpop']),
} as const satisfies Readonly<Record<string, (request: MockRequest) => string | undefined>>

/** What works once. */
export type Credential = keyof typeof singleUse

/** What had come of the request before. */
export type Before =
  | 'no answer'
  | 'a 200 that broke off'
  | 'a success'
  | 'a success without a new one'
  | 'an error in a 200'
  | 'a demand for a nonce'
  | `a ${number}`

export interface SentAgain {
  readonly what: Credential
  readonly after: Before
}

const jsonOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const beforeOf = (what: Credential, { status, form }: MockRequest, answer: HeardAnswer | undefined): Before => {
  if (status === undefined || !answer) return 'no answer'
  const json = jsonOf(answer.text)
  if (json?.['error'] === 'use_dpop_nonce') return 'a demand for a nonce'
  if (status >= 300) return `a ${status}`
  if (json?.['error'] !== undefined) return 'an error in a 200'
  if (json?.['access_token'] === undefined) return 'a 200 that broke off'
  const next = json['refresh_token'] || form?.['refresh_token']
  return what === 'refresh token' && next === form?.['refresh_token'] ? 'a success without a new one' : 'a success'
}

/** What works once and went out more often, each time that it did. */
export const sentAgain = (
  requests: readonly MockRequest[],
  answers: ReadonlyMap<MockRequest, HeardAnswer>,
): readonly SentAgain[] =>
  (Object.keys(singleUse) as Credential[]).flatMap((what) => {
    const idOf = singleUse[what]
    const bearing = requests.filter(idOf)
    return bearing
      .filter((request, at) => bearing.slice(at + 1).some((later) => idOf(later) === idOf(request)))
      .map((request) => ({ what, after: beforeOf(what, request, answers.get(request)) }))
  })
