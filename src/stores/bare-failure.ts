/**
 * Fails with what a driver says, without the value that was to be written: ioredis hangs the command onto its errors, the
 * `detail` of Postgres may hold the whole row, and postgres.js adds the parameters.
 */
export const withoutValues = (failure: unknown): never => {
  const { name, message, code } = failure as Error & { readonly code?: unknown }
  throw Object.assign(Error(message), { name }, code === undefined ? {} : { code })
}
