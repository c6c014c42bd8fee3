/** A user's browser: it keeps cookies, so that one who has logged in stays so. */
export interface Browser {
  /** Goes where the client sends the user, and stops at what comes to the client's redirect URI: its callback. */
  visit(url: string, redirectUri?: string): Promise<Request>
  /** Opens a page, submits the forms that it meets with what the user typed in, and reads the page where there is none left. */
  fillIn(url: string, typed: Readonly<Record<string, string>>): Promise<string>
  /** Opens a page with a form, and submits it with these fields too. @returns where the server sends the user then. */
  submit(url: string, fields: Readonly<Record<string, string>>): Promise<string | null>
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

const decoded = (html: string): string =>
  html.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
    decimal || hex
      ? String.fromCharCode(Number.parseInt(decimal ?? hex, decimal ? 10 : 16))
      : (entities[name] ?? whole),
  )

/** The page of `response_mode=form_post` submits itself (OAuth 2.0 Form Post Response Mode §2). */
const submitted = (page: string): Request | undefined => {
  const action = page.match(/<form[^>]* method="post" action="([^"]*)"/)?.[1]
  if (!action) return undefined
  const inputs = [...page.matchAll(/name="([^"]*)" value="([^"]*)"/g)]
  const form = inputs.map(([, name, value]): [string, string] => [`${name}`, decoded(`${value}`)])
  return new Request(decoded(action), { method: 'POST', body: new URLSearchParams(form) })
}

const longestWalk = 10

export const createBrowser = (): Browser => {
  const cookies = new Map<string, string>()
  const keep = (setCookie: string) => {
    const [name, value] = (setCookie.split(';')[0] as string).split('=')
    if (value) cookies.set(`${name}`, value)
    else cookies.delete(`${name}`)
  }
  const cookieHeader = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const open = async (start: string, init: RequestInit): Promise<{ readonly url: string; readonly text: string }> => {
    let url = start
    let page = await fetch(url, { ...init, redirect: 'manual', headers: { cookie: cookieHeader() } })
    for (let step = 0; step < longestWalk; step++) {
      page.headers.getSetCookie().forEach(keep)
      const location = page.headers.get('location')
      if (!location) return { url, text: await page.text() }
      url = new URL(location, url).href
      page = await fetch(url, { redirect: 'manual', headers: { cookie: cookieHeader() } })
    }
    throw new Error(`no page after ${longestWalk} redirects`)
  }
  return {
    fillIn: async (start, typed) => {
      let { url, text } = await open(start, {})
      for (let step = 0; step < longestWalk; step++) {
        const action = text.match(/<form [^>]*method="post" action="([^"]*)"/)?.[1]
        const hidden = [...text.matchAll(/name="([^"]*)" value="([^"]*)"/g)]
        if (!action || (step > 0 && !text.includes('name="confirm"'))) return text
        const form = new URLSearchParams(typed)
        for (const [, name, value] of hidden) form.set(`${name}`, decoded(`${value}`))
        const target = new URL(decoded(action), url).href
        ;({ url, text } = await open(target, { method: 'POST', body: form }))
      }
      throw new Error(`still a form after ${longestWalk} of them`)
    },
    submit: async (url, fields) => {
      const load = async (target: string, init: RequestInit) => {
        const page = await fetch(target, { ...init, redirect: 'manual', headers: { cookie: cookieHeader() } })
        page.headers.getSetCookie().forEach(keep)
        return page
      }
      const form = submitted(await (await load(url, {})).text())
      if (!form) throw new Error('the page has no form')
      const body = new URLSearchParams(await form.text())
      for (const [name, value] of Object.entries(fields)) body.set(name, value)
      return (await load(form.url, { method: 'POST', body })).headers.get('location')
    },
    visit: async (start, known) => {
      // That of a pushed request is not in the URL.
      const redirectUri = known ?? new URL(start).searchParams.get('redirect_uri')
      let url = start
      for (let step = 0; step < longestWalk; step++) {
        const page = await fetch(url, { redirect: 'manual', headers: { cookie: cookieHeader() } })
        page.headers.getSetCookie().forEach(keep)
        const location = page.headers.get('location')
        if (!location) {
          const text = await page.text()
          const callback = submitted(text)
          if (callback) return callback
          throw new Error(`the authorization server shows a page with status ${page.status}: ${text.trim()}`)
        }
        url = new URL(location, url).href
        if (redirectUri && url.startsWith(redirectUri)) return new Request(url)
      }
      throw new Error(`not at the redirect URI after ${longestWalk} redirects`)
    },
  }
}
