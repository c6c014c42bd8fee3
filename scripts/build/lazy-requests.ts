import type { Plugin } from 'esbuild'

/** Leaves what talks to the server in a file of its own, which is loaded with the first request. */
export const lazyRequests: Plugin = {
  name: 'lazy-requests',
  setup(build) {
    build.onResolve({ filter: /\/protocol\/requests\.js$/ }, () => ({ path: './requests.js', external: true }))
  },
}
