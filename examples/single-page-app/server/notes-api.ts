import { randomUUID } from 'node:crypto'
import type { Note } from '../src/notebook.ts'
import type { Caller } from './bound-token.ts'

export interface NotesApiOptions {
  /** The page that may ask. */
  readonly appOrigin: string
  readonly callerOf: (request: Request) => Promise<Caller | undefined>
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** A small API of another origin than its page: notes in memory, each user's own. */
export const notesApi = ({ appOrigin, callerOf, now }: NotesApiOptions) => {
  const notesOf = new Map<string, Note[]>()
  // A page sees no header of another origin that is not exposed: without the challenge no client knows why it was refused.
  const cors = {
    'access-control-allow-origin': appOrigin,
    'access-control-allow-headers': 'authorization, dpop, content-type',
    'access-control-expose-headers': 'www-authenticate, dpop-nonce',
    vary: 'origin',
  }
  const refuse = (status: number, error: string) =>
    new Response(null, { status, headers: { ...cors, 'www-authenticate': `DPoP error="${error}", algs="ES256"` } })

  return async (request: Request): Promise<Response> => {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: cors })
    const caller = await callerOf(request)
    if (!caller) return refuse(401, 'invalid_token')
    if (!caller.scope.includes('notes')) return refuse(403, 'insufficient_scope')
    const { user } = caller
    const notes = notesOf.get(user) ?? []
    notesOf.set(user, notes)
    switch (`${request.method} ${new URL(request.url).pathname}`) {
      case 'GET /notes':
        return Response.json({ user, notes }, { headers: cors })
      case 'POST /notes': {
        const { text } = (await request.json()) as { text: unknown }
        if (typeof text !== 'string' || !text || text.length > 200)
          return new Response(null, { status: 400, headers: cors })
        const note: Note = { id: randomUUID(), text, at: now() }
        notes.unshift(note)
        return Response.json(note, { status: 201, headers: cors })
      }
      default:
        return new Response(null, { status: 404, headers: cors })
    }
  }
}
