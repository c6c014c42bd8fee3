// All that talks to the server. It is loaded with the first request: ky and zod are most of the weight.
export { type Form, post } from './authenticated-request.js'
export { exchangeCode } from './authorization-code.js'
export { clientCredentials } from './client-credentials.js'
export { send } from './door.js'
export { endpointUrl } from './endpoint-url.js'
export { failedAnswer } from './failed-answer.js'
export { secretsOf } from './redaction.js'
export { refresh } from './refresh.js'
export { revoke } from './revocation.js'
export { moment, requestToken, targeted } from './token-request.js'
export {
  readDeviceAuthorization,
  readErrorResponse,
  readIntrospection,
  readMetadata,
  readPushedResponse,
  readRegistration,
  readResourceMetadata,
  readUserinfo,
} from './wire.js'
