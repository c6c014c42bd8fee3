import { createClient, type TokenSource } from 'bearward'
import { ratiosTo, shown, spreadOf } from '../figures.ts'
import type { Table } from '../report.ts'
import { stopwatch } from '../stopwatch.ts'
import type { Engines } from './engines.ts'
import { openPlace } from './places.ts'

const rounds = 5
const budgetMs = 60

interface Candidate {
  readonly name: string
  readonly token: () => unknown
  readonly current: () => unknown
  readonly figures: { readonly token: number[]; readonly current: number[] }
}

const candidate = async (name: string, source: () => TokenSource): Promise<Candidate> => {
  await source().token()
  return {
    name,
    token: () => source().token(),
    current: () => source().current?.(),
    figures: { token: [], current: [] },
  }
}

const millions = (figures: readonly number[]) => shown(spreadOf(figures.map((nanoseconds) => 1000 / nanoseconds)))

/** What it costs to ask for a token that is at hand, from a source that shares it. */
export const tokensAtHand = async (engines: Engines, origin: string): Promise<Table> => {
  const nanoseconds = await stopwatch()
  const options = {
    server: { tokenEndpoint: `${origin}/token` },
    clientId: 'bench',
    clientSecret: 'an-example-of-a-secret',
  }
  const token = { accessToken: 'an-access-token', refreshToken: 'unused', expiresAt: Date.now() + 36e5 }
  const lone = createClient(options)
  const sources = { service: lone.clientCredentialsSource(), session: lone.sessionSource({ token }) }
  const loneSessions = lone.sessions()
  await loneSessions.get('user').replace(token)
  const groups = {
    service: [await candidate('client credentials, unshared', () => sources.service)],
    session: [await candidate('session, unshared', () => sources.session)],
    sessions: [await candidate('`sessions().get(key)` each time, unshared', () => loneSessions.get('user'))],
  }
  const opened = await Promise.all(engines.kinds.map((kind) => openPlace(engines.place(kind, true))))
  for (const [index, { store }] of opened.entries()) {
    const kind = engines.kinds[index]
    const client = createClient(options)
    const service = client.clientCredentialsSource({ store })
    const session = client.sessionSource({ store, key: 'at-hand', token })
    groups.service.push(await candidate(`client credentials, ${kind}`, () => service))
    // The first call brings the seed into the store.
    await session.token()
    groups.session.push(await candidate(`session, ${kind}`, () => session))
    if (index) continue
    const sessions = client.sessions({ store })
    groups.sessions.push(await candidate(`\`sessions().get(key)\` each time, ${kind}`, () => sessions.get('at-hand')))
  }
  for (let round = -1; round < rounds; round++) {
    for (const { token, current, figures } of Object.values(groups).flat()) {
      const [ofToken, ofCurrent] = [await nanoseconds(token, budgetMs), await nanoseconds(current, budgetMs)]
      if (round < 0) continue // the first round warms up
      figures.token.push(ofToken)
      figures.current.push(ofCurrent)
    }
  }
  for (const { close } of opened) await close()
  return {
    title: 'Sharing: a token at hand, millions a second',
    columns: ['', '`await token()`', 'to the unshared', '`current()`', 'to the unshared'],
    rows: Object.values(groups).flatMap((group) =>
      group.map(({ name, figures }) => [
        name,
        millions(figures.token),
        shown(ratiosTo(figures.token, group[0]?.figures.token ?? [])),
        millions(figures.current),
        shown(ratiosTo(figures.current, group[0]?.figures.current ?? [])),
      ]),
    ),
    remarks: ['Ratios are of speed: 0.50 is half as many a second.'],
  }
}
