import type { Surroundings } from './surroundings.ts'

/** A browser without a screen: it keeps cookies, and follows redirects when it is told to. */
export interface Browser {
  /** The cookies of the app, by name. */
  readonly cookies: ReadonlyMap<string, string>
  /** The `Set-Cookie` headers that have come, the last one last. */
  readonly setCookies: readonly string[]
  get(url: string): Promise<Response>
  /** Sends an empty form from a page of `origin`. */
  post(url: string, origin: string): Promise<Response>
  /** From the link "Log in" to the page where the user is then. */
  logIn(
    app: string,
    options?: { readonly user?: string; readonly deny?: boolean; readonly returnTo?: string },
  ): Promise<Response>
}

/** Where an answer leads. */
export const leadsTo = (response: Response): string => response.headers.get('location') ?? ''

export const createBrowser = ({ origin, mock }: Surroundings): Browser => {
  const cookies = new Map<string, string>()
  const setCookies: string[] = []

  const send = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...init.headers, ...(cookie && { cookie }) }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      setCookies.push(line)
      const [, name = '', value = ''] = line.match(/^([^=]+)=([^;]*)/) ?? []
      if (/max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }

  return {
    cookies,
    setCookies,
    get: (url) => send(url),
    post: (url, from) =>
      send(url, {
        method: 'POST',
        headers: { origin: from, 'content-type': 'application/x-www-form-urlencoded' },
      }),
    logIn: async (app, { user = 'ada', deny = false, returnTo = '/' } = {}) => {
      const away = await send(`${app}/login?return_to=${encodeURIComponent(returnTo)}`)
      // The mock plays the user, and says where the browser is sent with the answer.
      const callback = await mock.authorize(leadsTo(away), { user, deny })
      const back = await send(callback.replace(origin, app))
      return back.status === 302 ? send(new URL(leadsTo(back), app).href) : back
    },
  }
}
