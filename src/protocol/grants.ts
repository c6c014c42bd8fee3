// What a program may never ask for. It is loaded with the first that is, and stands on requests.ts, which has the door.
export { clientIdMetadataDocument } from './client-id-metadata-document.js'
export { deviceAuthorization } from './device-authorization.js'
export { discover } from './discovery.js'
export { elaborateRequest } from './elaborate-request.js'
export { introspect } from './introspection.js'
export { discoverResource } from './protected-resource.js'
export { sendProven } from './proven-request.js'
export { registerClient } from './registration.js'
