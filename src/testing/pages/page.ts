import { sha256 } from '../crypto/sha256.js'
import { Html, html } from './html.js'
import { style } from './style.js'

export interface Page {
  readonly title: string
  readonly main: Html
  /** @default 200 */
  readonly status?: number
  /** Of the whole width of a screen. @default false */
  readonly wide?: boolean
  /** What runs in it. @default nothing */
  readonly script?: string
  /** Its forms lead nowhere else, not by a redirect either. @default false */
  readonly staysHere?: boolean
}

/** What a policy allows by its hash (CSP Level 3 §2.3.1). */
const hashOf = (text: string): string =>
  `'sha256-${btoa(String.fromCharCode(...sha256(new TextEncoder().encode(text))))}'`

const icon =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Cg fill=%22%237c4a12%22%3E%3Ccircle cx=%223.5%22 cy=%224%22 r=%222.5%22/%3E%3Ccircle cx=%2212.5%22 cy=%224%22 r=%222.5%22/%3E%3Ccircle cx=%228%22 cy=%229%22 r=%226%22/%3E%3C/g%3E%3C/svg%3E'

const policyOf = ({ script, staysHere }: Page): string =>
  [
    "default-src 'none'",
    'img-src data:',
    `style-src ${hashOf(style)}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`, "connect-src 'self'"]),
    // Chromium holds the redirects that follow a form to it, too: those of a login lead to the client, and on from there.
    ...(staysHere ? ["form-action 'self'"] : []),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const headersOf = (policy: string): Readonly<Record<string, string>> => ({
  'content-type': 'text/html;charset=utf-8',
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  // Without any, a browser would send its own forms with the origin `null`.
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
})

/** The answer that a browser shows. */
export const pageOf = (page: Page): Response => {
  const { title, main, status = 200, wide = false, script } = page
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${new Html(icon)}">
<style>${new Html(style)}</style>
</head>
<body>
<main class="${wide ? 'wide' : 'narrow'}">
${main}
</main>
${script !== undefined && html`<script>${new Html(script)}</script>`}
</body>
</html>
`
  return new Response(markup, { status, headers: headersOf(policyOf(page)) })
}

/** Whose page it is. */
export const brand: Html = html`<p class="brand">bearward mock authorization server</p>`

/** A page that says one thing. */
export const notice = (status: number, title: string, text: string): Response =>
  pageOf({ title, status, main: html`${brand}<div class="card"><h1>${title}</h1><p>${text}</p></div>` })
