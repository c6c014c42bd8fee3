// All that talks to the server. It is loaded with the first request: ky and zod are most of the weight.
export { type Form, post } from './authenticated-request.js'
export { exchangeCode } from './authorization-code.js'
export { clientCredentials } from './client-credentials.js'
export { send } from './door.js'
export { endpointUrl, fetchableUrl } from './endpoint-url.js'
export { failedAnswer } from './failed-answer.js'
export { secretsOf } from './redaction.js'
export { refresh } from './refresh.js'
export { moment, requestToken, targeted } from './token-request.js'
export {
  asNonEmpty,
  type Json,
  object,
  parse,
  type Reading,
  read,
  readErrorResponse,
  required,
  type Schema,
  scope,
  seconds,
  text,
  transform,
} from './wire.js'
