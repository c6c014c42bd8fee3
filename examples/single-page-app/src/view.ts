import type { TokenEvent } from 'bearward'
import type { Note, Notebook } from './notebook.ts'

const find = <Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind => {
  const element = document.getElementById(id)
  if (element instanceof kind) return element
  throw new Error(`the page has no ${kind.name} called ${id}`)
}

const message = find('message', HTMLParagraphElement)
const user = find('user', HTMLSpanElement)
const notes = find('notes', HTMLUListElement)
const events = find('events', HTMLOListElement)
const form = find('new', HTMLFormElement)
const text = find('text', HTMLInputElement)
const add = find('add', HTMLButtonElement)

type State = 'waiting' | 'in-trouble' | 'logged-out' | 'logged-in'

let shown: State = 'waiting'

const show = (state: State): void => {
  shown = state
  const focused = document.activeElement
  for (const element of document.querySelectorAll<HTMLElement>('[data-when]')) {
    element.hidden = element.dataset['when'] !== state
  }
  // Whoever was at something that is gone goes on at what has come.
  if (!focused?.checkVisibility()) document.querySelector<HTMLElement>(`section[data-when=${state}] h1`)?.focus()
}

const timeOf = (moment: number, precision: Intl.DateTimeFormatOptions): HTMLTimeElement => {
  const time = document.createElement('time')
  const date = new Date(moment)
  time.dateTime = date.toISOString()
  time.textContent = date.toLocaleTimeString(undefined, precision)
  return time
}

// What users have written goes into the page as text, never as HTML.
const itemOf = ({ text, at }: Note): HTMLLIElement => {
  const item = document.createElement('li')
  const words = document.createElement('span')
  words.textContent = text
  item.append(words, timeOf(at, { timeStyle: 'short' }))
  return item
}

/** What the user should know; nothing, where that is past. */
export const tell = (words: string): void => {
  message.textContent = words
}

/** Where there is nothing to show, because nothing could be had. */
export const showTrouble = (): void => {
  if (shown === 'waiting') show('in-trouble')
}

export const showLogin = (): void => {
  notes.replaceChildren()
  show('logged-out')
}

export const showNotebook = (notebook: Notebook): void => {
  user.textContent = notebook.user
  notes.replaceChildren(...notebook.notes.map(itemOf))
  show('logged-in')
}

const sentences: Readonly<Record<TokenEvent['type'], string>> = {
  requested: 'this tab wants a token',
  renewed: 'this tab has had a new one from the server, for all tabs',
  adopted: 'this tab has taken the one that all tabs share',
  renewal_failed: 'a renewal has failed',
  served_stale: 'the old token is still good',
  id_token_refused: 'an ID token was not good',
  session_ended: 'the session is over',
}

export const record = ({ type }: TokenEvent): void => {
  const item = document.createElement('li')
  item.append(timeOf(Date.now(), { timeStyle: 'medium' }), sentences[type])
  events.prepend(item)
}

export const onLogIn = (listener: () => void): void =>
  find('log-in', HTMLButtonElement).addEventListener('click', listener)

export const onRetry = (listener: () => void): void =>
  find('retry', HTMLButtonElement).addEventListener('click', listener)

export const onLogOut = (listener: () => void): void =>
  find('log-out', HTMLButtonElement).addEventListener('click', listener)

/** `listener` answers whether the note was added. One that was not stays in the field. */
export const onNote = (listener: (text: string) => Promise<boolean>): void =>
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    add.disabled = true
    if (await listener(text.value)) form.reset()
    add.disabled = false
  })
