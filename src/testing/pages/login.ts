import type { GrantedScope, Target } from '../state.js'
import { type Html, html } from './html.js'
import { brand, pageOf } from './page.js'

/** What a client asks of a user. */
export interface AskedFor {
  readonly clientId: string
  readonly clientName?: string | undefined
  readonly scope: GrantedScope
  readonly target: Target
}

/** How the user proves who they are: in a mock, by a name. */
interface LoginChoice {
  /** Who is logged in, where that will do. Absent: somebody has to log in. */
  readonly user?: string | undefined
  /** A name to start from. */
  readonly suggested: string
  /** Why the login that there is will not do, or how the client wants it. */
  readonly reasons: readonly string[]
  /** The ways of logging in that the client would have, the best first (RFC 9470 §4). */
  readonly acrValues: readonly string[]
  /** What was wrong with the name that came. */
  readonly problem?: string | undefined
}

export interface ConsentView extends AskedFor, LoginChoice {
  /** Where the form goes. */
  readonly action: string
  /** The id that makes the form this browser's, and good for once. */
  readonly interaction: string
}

const chips = (texts: readonly string[]): Html =>
  html`<ul class="chips">${texts.map((text) => html`<li class="code">${text}</li>`)}</ul>`

const scopes = (scope: GrantedScope): Html => {
  if (scope === 'all') return html`everything that this client may have`
  return scope.length > 0 ? chips(scope) : html`no scope`
}

/** Who asks, and for what. */
export const askedFor = ({ clientId, clientName, scope, target: { resources, details } }: AskedFor): Html => html`
<dl>
<div><dt>Client</dt><dd><bdi>${clientName}</bdi> <code><bdi>${clientId}</bdi></code></dd></div>
<div><dt>Scopes</dt><dd>${scopes(scope)}</dd></div>
${resources && html`<div><dt>Resources</dt><dd>${chips(resources)}</dd></div>`}
${details && html`<div><dt>Authorization details</dt><dd><pre class="code">${JSON.stringify(details, null, 2)}</pre></dd></div>`}
</dl>`

const waysToLogIn = (acrValues: readonly string[]): Html => html`
<div class="field">
<label for="acr">Strength of the login</label>
<select id="acr" name="acr">
${acrValues.map((acr) => html`<option value="${acr}">${acr}</option>`)}
<option value="">none of them</option>
</select>
</div>`

const logIn = ({ suggested, acrValues, problem }: LoginChoice): Html => html`
<div class="field">
<label for="user">User</label>
<input id="user" name="user" value="${suggested}" required autocomplete="username" autocapitalize="none" spellcheck="false"
aria-describedby="user-hint${problem !== undefined && ' user-problem'}" ${problem !== undefined && html`aria-invalid="true" autofocus`}>
${problem !== undefined && html`<p id="user-problem" class="bad">${problem}</p>`}
<p id="user-hint" class="quiet">This is a mock: there are no passwords. Whoever you name is logged in.</p>
</div>
${acrValues.length > 0 && waysToLogIn(acrValues)}`

const loggedIn = (user: string): Html => html`
<div class="row between">
<p>Logged in as <strong><bdi>${user}</bdi></strong></p>
<button class="small" name="decision" value="switch" formnovalidate>Use another name</button>
</div>`

/** The form in which a user logs in, and approves or refuses. */
export const decisionForm = (view: ConsentView): Html => html`
<form method="post" action="${view.action}">
<input type="hidden" name="interaction" value="${view.interaction}">
${view.reasons.length > 0 && html`<ul class="plain">${view.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
${view.user === undefined ? logIn(view) : loggedIn(view.user)}
<div class="row decide">
<button class="main" name="decision" value="approve">Approve</button>
<button name="decision" value="refuse" formnovalidate>Refuse</button>
</div>
</form>`

/** The page of the authorization endpoint (RFC 6749 §3.1): who asks, for what, and what the user says to it. */
export const consentPage = (view: ConsentView & { readonly redirectUri: string }): Response => {
  const name = view.clientName ?? view.clientId
  return pageOf({
    title: `${name} asks for access`,
    status: view.problem === undefined ? 200 : 400,
    main: html`
${brand}
<div class="card">
<h1><bdi>${name}</bdi> asks for access</h1>
${askedFor(view)}
${decisionForm(view)}
</div>
<p class="quiet">Your answer goes to <code>${view.redirectUri}</code></p>`,
  })
}
