import { html } from 'hono/html'

/** What is put into a page is escaped by `html`. */
type Html = ReturnType<typeof html>

export const style = `
  :root { color-scheme: light dark; --link: light-dark(#0b57d0, #a8c7fa); --on-link: light-dark(#fff, #062e6f) }
  body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem;
    color: light-dark(#222, #e6e6e6); background: light-dark(#fff, #1b1b1d) }
  h1 { line-height: 1.2; overflow-wrap: anywhere }
  a, button { font: inherit; color: var(--link); background: none; border: 0; padding: 0; text-decoration: underline; cursor: pointer }
  .first { display: inline-block; margin-right: 1rem; padding: .5rem 1rem; border-radius: .4rem;
    color: var(--on-link); background: var(--link); text-decoration: none }
  nav { display: flex; flex-wrap: wrap; gap: 1.5rem }
  pre { padding: 1rem; border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; background: light-dark(#f3f4f6, #2a2a2d) }
`

const page = (title: string, body: Html): Html => html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>${title}</title>
      <link rel="stylesheet" href="/style.css" />
    </head>
    <body>
      <main>
        <h1>${title}</h1>
        ${body}
      </main>
    </body>
  </html>`

const navigation = html`<nav>
  <a href="/">Home</a>
  <a href="/orders">Orders</a>
  <form method="post" action="/logout"><button>Log out</button></form>
</nav>`

export const welcomePage = (): Html => page('Welcome', html`<p><a class="first" href="/login">Log in</a></p>`)

export const homePage = (name: string): Html => page(`Hello, ${name}`, navigation)

export const ordersPage = (orders: unknown): Html =>
  page('Your orders', html`${navigation}<pre>${JSON.stringify(orders, null, 2)}</pre>`)

export const troublePage = (title: string, what: string): Html =>
  page(title, html`<p>${what}</p><p><a class="first" href="/login">Log in</a> <a href="/">Home</a></p>`)
