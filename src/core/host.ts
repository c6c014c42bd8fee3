// What is to be known of the runtime, each where it matters.

interface HostProcess {
  readonly env?: Readonly<Record<string, string | undefined>>
  getBuiltinModule?<Module>(name: string): Module | undefined
}

/** The `process` of Node, Bun and Deno, where there is one. */
export const hostProcess = (): HostProcess | undefined => (globalThis as { process?: HostProcess }).process

/** The runtime's fetch, looked up with each call: one that is replaced later (msw, instrumentation) is used. */
export const hostFetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init)

const userAgent = (): string => globalThis.navigator?.userAgent ?? ''

/** Pages and workers of every browser call themselves so, and no server runtime does. */
export const isBrowser = (): boolean => userAgent().startsWith('Mozilla/')

/** Browsers alone say so, and one that says so sends nothing but to loopback. */
export const isOffline = (): boolean => globalThis.navigator?.onLine === false

/** workerd: a promise of one request must not be awaited by another. */
export const isolatesRequests = (): boolean => userAgent() === 'Cloudflare-Workers'

/** Nothing goes on here once the answer is out, unless it is handed to the runtime. Deno asks the user before it reads. */
export const stopsBetweenRequests = (): boolean =>
  isolatesRequests() || (!userAgent().startsWith('Deno') && !!hostProcess()?.env?.['AWS_LAMBDA_FUNCTION_NAME'])
