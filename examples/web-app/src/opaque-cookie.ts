import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

/** A cookie that no script can read, and that comes with no request that another site makes, but for links to here. */
export interface OpaqueCookie {
  get(c: Context): string
  set(c: Context, value: string): void
  delete(c: Context): void
}

export const opaqueCookie = (name: string, origin: string, maxAge: number): OpaqueCookie => {
  // A browser takes __Host- from this very host over https alone: no neighbour under the same domain can set it.
  const secure = origin.startsWith('https:')
  const fullName = secure ? `__Host-${name}` : name
  const attributes = { httpOnly: true, sameSite: 'Lax', path: '/', secure } as const
  return {
    get: (c) => getCookie(c, fullName) ?? '',
    set: (c, value) => setCookie(c, fullName, value, { ...attributes, maxAge }),
    delete: (c) => void deleteCookie(c, fullName, attributes),
  }
}
