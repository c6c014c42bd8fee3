// What only those who share a token need. It is loaded when the first of them asks for one.
export { shareGrant } from './shared-grant.js'
export { shareSession } from './shared-session.js'
