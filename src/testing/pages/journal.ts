import type { MockRequest } from '../journal.js'
import { maskedPath, maskingOf } from '../masking.js'
import type { MockClient } from '../options.js'
import { type Html, html, type Part } from './html.js'
import { counted, table } from './table.js'

const most = 50

/** The time of day where the mock runs, which is where it is read. */
const timeOf = (at: number): Html => {
  const date = new Date(at)
  const millis = `${date.getMilliseconds()}`.padStart(3, '0')
  return html`<time datetime="${date.toISOString()}">${date.toTimeString().slice(0, 8)}.${millis}</time>`
}

const answerOf = ({ status, lost }: MockRequest): Part => {
  if (lost !== undefined) return html`<span class="bad">${lost}</span>`
  if (status === undefined) return 'waiting'
  return html`<span class="${status < 400 ? 'good' : 'bad'}">${status}</span>`
}

const rowOf = (request: MockRequest, clients: readonly MockClient[]): readonly Part[] => {
  const { method, endpoint, clientId, form, faults, refused, issued } = request
  const masked = maskingOf(request, clients)
  const said = (text: string | undefined) => text !== undefined && html`<bdi>${masked(text)}</bdi>`
  const place = endpoint === 'unknown' ? html`<code>${maskedPath(request, masked)}</code>` : endpoint
  return [
    timeOf(request.at),
    html`${method} ${place}`,
    said(clientId),
    said(form?.['grant_type']?.replace(/^.*:/, '')),
    answerOf(request),
    faults?.join(', '),
    refused === undefined ? issued && `gave ${issued.join(', ')}` : html`refused: ${said(refused)}`,
  ]
}

/** What came in, and what became of it. */
export const journal = (requests: readonly MockRequest[], clients: readonly MockClient[]): Html => {
  if (requests.length === 0) return html`<p class="quiet">No requests yet.</p>`
  const shown = requests.slice(-most).reverse()
  const columns = [
    { name: 'Time', short: true },
    { name: 'Request' },
    { name: 'Client' },
    { name: 'Grant' },
    { name: 'Answer', short: true },
    { name: 'Faults' },
    { name: 'Outcome' },
  ]
  return table(
    counted(shown.length, requests.length, 'requests'),
    columns,
    shown.map((request) => rowOf(request, clients)),
  )
}
