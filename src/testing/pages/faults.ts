import { type Html, html, type Part } from './html.js'
import { table } from './table.js'

/** A fault in the script. */
export interface FaultView {
  readonly id: string
  /** As it is written. */
  readonly notation: string
  readonly left: number
  readonly hits: number
  readonly paused: boolean
}

/** A text that was to be a fault, and why it is none. */
export interface Mistake {
  readonly typed: string
  readonly problem: string
}

const button = (action: string, name: string, { id, notation }: FaultView): Html =>
  html`<form class="inline" method="post" action="/"><input type="hidden" name="id" value="${id}">
<button class="small" name="action" value="${action}">${name}<span class="hidden"> ${notation}</span></button></form>`

const rowOf = (fault: FaultView): readonly Part[] => {
  const { notation, left, hits, paused } = fault
  return [
    html`<code>${notation}</code>`,
    paused ? 'paused' : html`<span class="bad">on</span>`,
    left === Number.POSITIVE_INFINITY ? 'every request' : `${left} more`,
    hits,
    html`<div class="row">${paused ? button('resume', 'Resume', fault) : button('pause', 'Pause', fault)}${button('remove', 'Remove', fault)}</div>`,
  ]
}

/** What goes wrong, and what is to. */
export const faultScript = (faults: readonly FaultView[]): Html => {
  if (faults.length === 0) return html`<p class="quiet">Nothing goes wrong: the script is empty.</p>`
  const columns = [{ name: 'Fault' }, { name: 'State' }, { name: 'Will hit' }, { name: 'Has hit' }, { name: 'Change' }]
  const caption = 'A request is hit by the first fault that fits it. One that is used up is gone.'
  return html`${table(caption, columns, faults.map(rowOf))}
<form class="inline" method="post" action="/"><button class="small" name="action" value="clear">Clear all faults</button></form>`
}

export const addFault = (mistake: Mistake | undefined): Html => html`
<form method="post" action="/">
<div class="field">
<label for="notation">Add faults</label>
<div class="row">
<div class="grow"><input id="notation" name="notation" class="code" required spellcheck="false" autocapitalize="none" autocomplete="off"
value="${mistake?.typed}" aria-describedby="notation-hint${mistake && ' notation-problem'}" ${mistake && html`aria-invalid="true" autofocus`}></div>
<button class="main" name="action" value="add">Add</button>
</div>
${mistake && html`<p id="notation-problem" class="problem" role="alert">${mistake.problem}</p>`}
<p id="notation-hint" class="quiet">For example <code>token=503x2</code> for twice, <code>resource=token_refusedx*</code> for always,
<code>token[refresh_token]=reset@after_processing</code> for one grant, <code>*=delay:2s%0.3</code> for three requests of ten.</p>
</div>
</form>`
