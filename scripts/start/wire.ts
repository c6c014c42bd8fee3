import type { Account } from './account.ts'
import type { Masking } from './masking.ts'

/** What of an answer's body may be told. */
const bodyOf = (text: string, contentType: string, masking: Masking): string => {
  if (!text) return 'empty'
  try {
    return masking.fields(JSON.parse(text))
  } catch {
    // Only the words a person would see on the page.
    return `${contentType.split(';')[0]} "${text
      .replace(/<(style|head)>.*?<\/\1>|<[^>]*>/gs, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 60)}"`
  }
}

/** A challenge without its realm and its explanations. */
const shortened = (challenge: string): string =>
  [/^\w+/, /error="[^"]*"/]
    .map((part) => challenge.match(part)?.[0] ?? '')
    .join(' ')
    .trim()

/** A fetch that tells what goes over the wire, masked. */
export const tellingFetch =
  (note: Account['note'], masking: Masking): typeof globalThis.fetch =>
  async (input, init) => {
    const { hostname, pathname, searchParams } = new URL(input instanceof Request ? input.url : input)
    if (hostname !== '127.0.0.1') throw new Error(`${hostname} is not on loopback: nothing leaves this machine`)
    const authorization = new Headers(init?.headers).get('authorization')
    const sent = [
      `${init?.method ?? 'GET'} ${pathname}`,
      authorization && `Authorization: ${masking.authorization(authorization)}`,
      masking.parameters(init?.body ? new URLSearchParams(`${init.body}`) : searchParams),
    ]
    note('→', sent.filter(Boolean).join('  '))
    const answer = await fetch(input, init)
    const challenge = answer.headers.get('www-authenticate')
    const received = [
      `${answer.status}`,
      challenge && `WWW-Authenticate: ${shortened(challenge)}`,
      bodyOf(await answer.clone().text(), answer.headers.get('content-type') ?? '', masking),
    ]
    note('←', received.filter(Boolean).join('  '))
    return answer
  }
