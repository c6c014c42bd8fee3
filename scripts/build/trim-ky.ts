import type { Plugin } from 'esbuild'

/**
 * What ky does for others and the door never asks for: retries, its own timeouts, progress, and naming the errors of a
 * fetch. No tree shaker can see that; it is 1.7 kB gzip. A call that did reach one of these would throw, and the smoke
 * tests of the built package would show it.
 */
const unreached: Record<string, string> = {
  'core/retry-timing.js': 'export const calculateRetryTimingDelay = 0, getRetryTimingHeader = 0',
  'utils/body.js': 'export const streamRequest = 0, streamResponse = 0',
  'utils/delay.js': 'export default 0',
  'utils/is-network-error.js': 'export default () => false',
  'utils/timeout.js': 'export default 0',
}

export const trimKy: Plugin = {
  name: 'trim-ky',
  setup(build) {
    build.onLoad({ filter: /\/ky\/distribution\/.*\.js$/ }, ({ path }) => {
      const contents = unreached[path.split('/distribution/')[1] ?? '']
      return contents === undefined ? undefined : { contents }
    })
  },
}
