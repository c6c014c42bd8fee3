import type { TokenEvent } from 'bearward'
import { callbackPath, openAccount } from './account.ts'
import { isLoggedOut, messageOf, offline, reasonOf } from './messages.ts'
import { addNote, readNotebook } from './notebook.ts'
import * as view from './view.ts'

/** Ends what is being loaded, for somebody who may have left. */
let loading = new AbortController()

/** What befalls the tokens, in this tab or in another one. */
const hear = (event: TokenEvent): void => {
  view.record(event)
  // Another tab has logged in, perhaps as somebody else; or has renewed the token.
  if (event.type === 'adopted') load()
  // Another tab has logged out, or the server has ended the session: it says why.
  if (event.type === 'session_ended') {
    leave()
    const why = reasonOf(event.error)
    if (why) view.tell(why)
  }
}

const account = openAccount(hear)

const fail = (error: unknown): void => {
  if (isLoggedOut(error)) leave()
  else {
    view.tell(messageOf(error))
    view.showTrouble()
  }
}

/** Shows the notes of whoever is logged in. */
const load = async (): Promise<void> => {
  loading.abort()
  loading = new AbortController()
  const { signal } = loading
  try {
    const notebook = await readNotebook(account.api, signal)
    // What was asked for somebody who has left in the meantime.
    if (signal.aborted) return
    view.showNotebook(notebook)
  } catch (error) {
    if (!signal.aborted) fail(error)
  }
}

const leave = (): void => {
  loading.abort()
  view.showLogin()
}

view.onRetry(() => {
  view.tell('')
  load()
})

view.onLogIn(() => account.logIn().catch(fail))

view.onLogOut(() => {
  leave()
  account.logOut().catch(() => view.tell('You are logged out here. The server could not be told.'))
})

view.onNote(async (text) => {
  view.tell('')
  try {
    await addNote(account.api, text)
    await load()
    return true
  } catch (error) {
    fail(error)
    return false
  }
})

addEventListener('offline', () => view.tell(offline))
addEventListener('online', () => {
  view.tell('')
  load()
})

if (location.pathname === callbackPath) await account.finishLogIn().catch((error) => view.tell(messageOf(error)))
load()
