import { html } from 'hono/html'

/** What is put into a page is escaped by `html`. */
type Html = ReturnType<typeof html>

export const style = `
  body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; color: #222 }
  a, button { font: inherit; color: #0b57d0; background: none; border: 0; padding: 0; text-decoration: underline; cursor: pointer }
  .first { display: inline-block; background: #0b57d0; color: #fff; padding: .5rem 1rem; border-radius: .4rem; text-decoration: none }
  nav { display: flex; gap: 1.5rem }
  pre { background: #f3f4f6; padding: 1rem; border-radius: .4rem; overflow-x: auto }
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
