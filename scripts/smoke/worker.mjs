import { smoke } from './scenario.mjs'

export default {
  fetch: async (_request, { origin, closedOrigin }) => {
    const failure = await smoke({ origin, closedOrigin, hidesConnection: true }).then(
      () => '',
      (error) => `${error.stack}`,
    )
    return new Response(failure)
  },
}
