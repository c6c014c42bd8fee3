// What some logins need: a request that is pushed or bound to a key, proofs of that key, the judge of an ID token; and their end.
// It is loaded with the first of them, and stands on requests.ts, which has the door.
export { elaborateRequest } from './elaborate-request.js'
export { expectIdToken } from './id-token.js'
export { logoutUrl } from './logout.js'
export { sendProven } from './proven-request.js'
export { revoke } from './revocation.js'
