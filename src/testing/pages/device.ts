import { type Html, html } from './html.js'
import { askedFor, type ConsentView, decisionForm } from './login.js'
import { brand, pageOf } from './page.js'

/** Where a user types in what their device shows (RFC 8628 §3.3). */
export const userCodePage = (action: string, typed: string, problem?: string): Response => {
  const field: Html = html`
<div class="field">
<label for="user_code">Code on your device</label>
<input id="user_code" name="user_code" class="user-code code" value="${typed}" required autocomplete="off" autocapitalize="characters"
spellcheck="false" ${problem !== undefined && html`aria-invalid="true" aria-describedby="problem" autofocus`}>
${problem !== undefined && html`<p id="problem" class="bad">${problem}</p>`}
</div>`
  return pageOf({
    title: 'Connect a device',
    status: problem === undefined ? 200 : 400,
    main: html`
${brand}
<div class="card">
<h1>Connect a device</h1>
<form method="get" action="${action}">
${field}
<div class="row decide"><button class="main">Continue</button></div>
</form>
</div>`,
  })
}

/** What a device asks for, beside the code that its user compares (RFC 8628 §3.3.1). */
export const devicePage = (view: ConsentView & { readonly userCode: string }): Response =>
  pageOf({
    title: 'A device asks for access',
    status: view.problem === undefined ? 200 : 400,
    main: html`
${brand}
<div class="card">
<h1>A device asks for access</h1>
<div><p>Approve only if your device shows this code:</p><p class="user-code code">${view.userCode}</p></div>
${askedFor(view)}
${decisionForm(view)}
</div>`,
  })
