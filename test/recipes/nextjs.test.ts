import { randomBytes } from 'node:crypto'
import { NextRequest } from 'next/server'
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryStore } from '../../src/index.js'
import { recipe } from './recipe-files.js'
import { withHosts } from './world.js'

/** The cookies of the browser, as a request would have them. */
const { jar } = vi.hoisted(() => ({ jar: new Map<string, string>() }))
vi.mock('next/headers', () => ({
  cookies: async () => ({
    get: (name: string) => (jar.has(name) ? { name, value: jar.get(name) } : undefined),
    set: (name: string | { name: string; value: string }, value = '') =>
      typeof name === 'string' ? jar.set(name, value) : jar.set(name.name, name.value),
  }),
}))
vi.mock(`${process.cwd()}/reports/recipes/nextjs/lib/store.ts`, () => ({ store: memoryStore() }))
process.env['COOKIE_PASSWORD'] = randomBytes(24).toString('base64')

const world = withHosts()

/** Where a call of `redirect` leads. */
const redirected = async (work: Promise<unknown>): Promise<string> => {
  const failure: unknown = await work.then(
    () => undefined,
    (error) => error,
  )
  const [kind, , url = ''] = `${(failure as { digest?: string } | undefined)?.digest}`.split(';')
  if (kind !== 'NEXT_REDIRECT') throw failure ?? new Error('it did not redirect')
  return url
}

const program = async () => {
  const app = 'nextjs/app'
  return {
    login: (await recipe<{ GET(): Promise<never> }>(`${app}/login/route.ts`)).GET,
    callback: (await recipe<{ GET(request: NextRequest): Promise<never> }>(`${app}/callback/route.ts`)).GET,
    logout: (await recipe<{ POST(): Promise<Response> }>(`${app}/logout/route.ts`)).POST,
    Orders: (await recipe<{ default(): Promise<ReactNode> }>(`${app}/orders/page.tsx`)).default,
  }
}

describe('the recipe for Next.js', () => {
  beforeEach(() => {
    jar.clear()
    vi.resetModules()
  })

  it('logs a user in, renders a page with what the API says, and logs out', async () => {
    const { login, callback, logout, Orders } = await program()
    expect(await redirected(Orders())).toBe('/login')
    const back = await world.mock.authorize(await redirected(login()), { user: 'ada' })
    expect(await redirected(callback(new NextRequest(back)))).toBe('/')
    expect([...jar.values()].join()).not.toContain('verifier')
    expect(renderToString(await Orders())).toBe('<ul><li>a bear</li><li>a book</li></ul>')
    world.refuse()
    expect(renderToString(await Orders())).toBe('<ul><li>a bear</li><li>a book</li></ul>')
    expect(world.granted('refresh_token')).toBe(1)
    expect((await logout()).status).toBe(303)
    expect(await redirected(Orders())).toBe('/login')
  })

  it('renews once for two pages at a time, and the cookie stays as it was', async () => {
    const { login, callback, Orders } = await program()
    await redirected(callback(new NextRequest(await world.mock.authorize(await redirected(login()), { user: 'ada' }))))
    const cookie = jar.get('session')
    const before = world.granted('refresh_token')
    world.refuse(2)
    await Promise.all([Orders(), Orders()])
    expect(world.granted('refresh_token')).toBe(before + 1)
    expect(jar.get('session')).toBe(cookie)
  })

  it('sends to the login who comes back without having left', async () => {
    const { callback } = await program()
    expect(await redirected(callback(new NextRequest('https://app.example.com/callback?code=a&state=b')))).toBe(
      '/login',
    )
  })
})
