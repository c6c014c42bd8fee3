import { apiUrl } from './account.ts'

export interface Note {
  readonly id: string
  readonly text: string
  /** Epoch milliseconds. */
  readonly at: number
}

export interface Notebook {
  readonly user: string
  readonly notes: readonly Note[]
}

/** What the API has answered, where that was no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number

  constructor(status: number) {
    super(`the API answered ${status}`)
    this.status = status
  }
}

const ask = async <Answer>(api: typeof fetch, init: RequestInit): Promise<Answer> => {
  const answer = await api(`${apiUrl}/notes`, init)
  if (!answer.ok) throw new ApiError(answer.status)
  return answer.json()
}

export const readNotebook = (api: typeof fetch, signal: AbortSignal): Promise<Notebook> => ask(api, { signal })

export const addNote = (api: typeof fetch, text: string): Promise<Note> =>
  ask(api, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }) })
