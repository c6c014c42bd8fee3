import type { Plugin } from 'esbuild'

/**
 * What ky does for others: retries, time-outs, progress, hooks, merged options, errors of its own. The door passes options
 * that are complete and asks for none of it, which no tree shaker can see: 4 of ky's 8.9 kB gzip. What replaces a module
 * does the little of it that the door reaches; the tests of the protocol run against the built package too.
 */
const replaced: Record<string, string> = {
  // Besides, it makes a request of a stream when it is loaded, to find out what the runtime can do.
  'core/constants.js': `
    export const supportsAbortController = true, supportsAbortSignal = true, supportsFormData = true
    export const supportsRequestStreams = false, supportsResponseStreams = true
    export const requestMethods = [], responseTypes = {}, maxSafeTimeout = 0, usualFormBoundarySize = 0
    export const stop = 0, retry = 0
    export class RetryMarker {}`,
  'core/retry-timing.js': 'export const calculateRetryTimingDelay = 0, getRetryTimingHeader = 0',
  'errors/ForceRetryError.js': 'export class ForceRetryError {}',
  'errors/HTTPError.js': 'export class HTTPError {}',
  'errors/NonError.js': 'export class NonError {}',
  'errors/SchemaValidationError.js': 'export class SchemaValidationError {}',
  'errors/TimeoutError.js': 'export class TimeoutError {}',
  'utils/body.js': 'export const streamRequest = 0, streamResponse = 0',
  'utils/delay.js': 'export default 0',
  'utils/is-network-error.js': 'export default () => false',
  'utils/merge.js': `
    const none = { init: [], beforeRequest: [], beforeRetry: [], beforeError: [], afterResponse: [] }
    export const validateAndMerge = (...sources) => Object.assign({}, ...sources)
    export const mergeHeaders = (_, headers) => new Headers(headers)
    export const mergeHooks = () => none
    export const cloneShallow = 0, deletedParametersSymbol = 0, replaceOption = 0`,
  'utils/normalize.js': `
    export const normalizeRequestMethod = (method) => method
    export const normalizeRetryOptions = () => ({ limit: 0, methods: [] })`,
  'utils/options.js': 'export const findUnknownOptions = () => ({}), hasSearchParameters = () => false',
  'utils/timeout.js': 'export default 0',
}

export const trimKy: Plugin = {
  name: 'trim-ky',
  setup(build) {
    const missed = new Set(Object.keys(replaced))
    build.onLoad({ filter: /\/ky\/distribution\/.*\.js$/ }, ({ path }) => {
      const module = path.split('/distribution/')[1] ?? ''
      missed.delete(module)
      const contents = replaced[module]
      return contents === undefined ? undefined : { contents }
    })
    build.onEnd(() => {
      if (missed.size) throw new Error(`ky has no ${[...missed].join(', ')} any more: look again at what is replaced`)
    })
  },
}
