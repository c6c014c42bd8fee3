// What a program may never ask for. It is loaded with the first that is, and stands on requests.ts, which has the door.
export { clientIdMetadataDocument } from './client-id-metadata-document.js'
export { deviceAuthorization } from './device-authorization.js'
export { extension, extensionGrant } from './extension-grant.js'
export { introspect } from './introspection.js'
export { jwtBearer } from './jwt-bearer.js'
export { registerClient } from './registration.js'
export { tokenExchange } from './token-exchange.js'
export { userinfo } from './userinfo.js'
