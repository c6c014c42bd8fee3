// What servers and resources publish of themselves. It is loaded with the first that is asked for, and stands on requests.ts.
export { discover } from './discovery.js'
export { discoverResource } from './protected-resource.js'
