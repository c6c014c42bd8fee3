// What a program may never ask for. It is loaded with the first that is, and stands on requests.ts, which has the door.
export { introspect } from './introspection.js'
