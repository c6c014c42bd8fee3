import { OAuthError } from '../../core/errors.js'
import { type MockFault, type MockFaultyEndpoint, mockFaultyEndpoints } from './fault.js'
import { faultShapes } from './notation-shapes.js'
import type { MockScriptedFault } from './scripted-fault.js'

/** The endpoints of the faults that are not for all. */
export const faultHomes: Partial<Record<MockFault['type'], readonly MockFaultyEndpoint[]>> = {
  lost_rotation: ['token'],
  id_token: ['token'],
  token_refused: ['resource'],
  insufficient_scope: ['resource'],
  expired_early: ['token'],
  nonce_demanded: ['token', 'resource', 'userinfo'],
  revoked_keys: ['jwks'],
  wrong_issuer: ['discovery', 'authorize', 'token'],
  tampered_callback: ['authorize'],
}

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

const isStatus = (status: number): boolean => Number.isInteger(status) && status >= 200 && status <= 599

const isEmptyStatus = (status: number): boolean => status === 204 || status === 205 || status === 304

/** What comes from a file may be anything. */
const assertObject = (value: unknown): void => {
  if (typeof value !== 'object' || value === null)
    throw invalid('it must be a text as token=503, or an object with endpoint and fault')
}

const assertFault = (fault: MockFault, endpoint: MockScriptedFault['endpoint']): void => {
  assertObject(fault)
  const { type } = fault
  const home = faultHomes[type]
  if (!Object.hasOwn(faultShapes, type)) throw invalid(`no fault is called ${type}`)
  if (home && !home.some((fit) => fit === endpoint)) {
    throw invalid(`${type} is a fault of the ${home.join(', ')} endpoint, not of ${endpoint}`)
  }
  if ('ms' in fault && !(fault.ms >= 0 && Number.isFinite(fault.ms))) throw invalid(`ms of ${type} must be 0 or more`)
  const isBodiless = type === 'status' ? !fault.json : type !== 'page' && type !== 'error'
  if ('status' in fault && fault.status !== undefined) {
    if (!isStatus(fault.status)) throw invalid(`status of ${type} must be from 200 to 599`)
    // RFC 9110 §15.3.5, §15.4.5.
    if (!isBodiless && isEmptyStatus(fault.status)) throw invalid(`an answer of status ${fault.status} has no body`)
  }
  if (
    'bytes' in fault &&
    fault.bytes !== undefined &&
    fault.bytes !== Infinity &&
    !(Number.isSafeInteger(fault.bytes) && fault.bytes > 0)
  ) {
    throw invalid(`bytes of ${type} must be a whole number above 0, or Infinity`)
  }
  if ('retryAfter' in fault && fault.retryAfter !== undefined && !Number.isFinite(fault.retryAfter)) {
    throw invalid(`retryAfter of ${type} must be a number of seconds`)
  }
  if ('seconds' in fault && fault.seconds !== undefined) {
    const isPossible = type === 'clock_skew' || fault.seconds >= 0
    if (!isPossible || !Number.isFinite(fault.seconds)) throw invalid(`seconds of ${type} must be 0 or more`)
  }
}

/** @throws {OAuthError} `invalid_argument` for a fault that cannot be, or not at this endpoint. */
export const assertScripted = (scripted: MockScriptedFault): void => {
  assertObject(scripted)
  const { endpoint, fault, times, probability, grantType } = scripted
  if (endpoint !== '*' && !mockFaultyEndpoints.includes(endpoint)) throw invalid(`no endpoint is called ${endpoint}`)
  for (const one of [fault].flat()) assertFault(one, endpoint)
  if (times !== undefined && times !== Infinity && !(Number.isSafeInteger(times) && times > 0)) {
    throw invalid('times must be a whole number above 0, or Infinity')
  }
  if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
    throw invalid('probability must be from 0 to 1')
  }
  if (grantType !== undefined && endpoint !== 'token') throw invalid('only the token endpoint has a grantType')
}
