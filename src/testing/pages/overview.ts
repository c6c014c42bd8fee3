import type { MockRequest } from '../journal.js'
import type { MockClient } from '../options.js'
import type { MockContext } from '../state.js'
import { clients } from './clients.js'
import { addFault, type FaultView, faultScript, type Mistake } from './faults.js'
import { type Html, html } from './html.js'
import { journal } from './journal.js'
import { pageOf } from './page.js'
import { refreshing } from './refreshing.js'
import { table } from './table.js'
import { tokens } from './tokens.js'

export interface OverviewView {
  /** Of a service, its name. */
  readonly profile: string | undefined
  /** Absent: the service has none. */
  readonly issuer: string | undefined
  readonly discovery: string | undefined
  /** Each by its name, with its URL. */
  readonly endpoints: readonly (readonly [name: string, url: string])[]
  readonly clients: readonly MockClient[]
  readonly context: MockContext
  readonly faults: readonly FaultView[]
  readonly requests: readonly MockRequest[]
  readonly mistake?: Mistake
}

const section = (id: string, title: string, content: Html, before?: Html): Html => html`
<section class="card" aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${before}
<div id="${id}-now" data-live>${content}</div>
</section>`

const copied = (id: string, label: string, value: string): Html => html`
<div class="field">
<label for="${id}">${label}</label>
<div class="row"><div class="grow"><input id="${id}" class="code" readonly value="${value}"></div>
<button type="button" data-script data-copies="${id}" hidden>Copy<span class="hidden"> ${label}</span></button></div>
</div>`

const named = { faults: 'Faults', journal: 'Journal', tokens: 'Tokens', clients: 'Clients', endpoints: 'Endpoints' }

const head = ({ profile, issuer, discovery }: OverviewView): Html => html`
<header class="card">
<h1>bearward mock authorization server</h1>
<p>${profile === undefined ? 'A strict OAuth 2.0 authorization server for tests.' : html`It answers like <strong>${profile}</strong>.`}</p>
${discovery !== undefined && copied('discovery', 'Discovery document', discovery)}
${issuer !== undefined && copied('issuer', 'Issuer', issuer)}
<nav aria-label="On this page"><ul>${Object.entries(named).map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<div class="row between"><p id="told" class="quiet" role="status" data-script hidden>This page updates itself.</p>
<button id="pause" type="button" class="small" data-script hidden>Stop updating</button></div>
<noscript><p class="quiet"><a href="/">Load this page again</a> to see what is new.</p></noscript>
</header>`

/** The page about the mock: what it is, what it knows, what goes wrong, and what came in. */
export const overviewPage = (view: OverviewView): Response => {
  const { endpoints, context, faults, requests, mistake } = view
  const rows = endpoints.map(([name, url]) => [name, html`<code>${url}</code>`])
  return pageOf({
    title: 'bearward mock authorization server',
    status: mistake ? 400 : 200,
    wide: true,
    staysHere: true,
    script: refreshing,
    main: html`
${head(view)}
${section('faults', named.faults, faultScript(faults), addFault(mistake))}
${section('journal', named.journal, journal(requests, view.clients))}
${section('tokens', named.tokens, tokens(context))}
${section('clients', named.clients, clients(view.clients))}
${section('endpoints', named.endpoints, table('As they are at this origin', [{ name: 'Endpoint' }, { name: 'URL' }], rows))}`,
  })
}
