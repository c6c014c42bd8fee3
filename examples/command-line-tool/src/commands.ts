import { bearerFetch } from 'bearward'
import { devicePrompt } from 'bearward/cli'
import { authorizeNatively } from 'bearward/native'
import { client, session } from './account.ts'
import { printable, printableJson } from './printable.ts'
import { ordersUrl, scope } from './service.ts'

/** What is for people goes here: standard output belongs to what was asked for. */
const say = (text: string): void => console.error(text)

const loginInBrowser = () =>
  authorizeNatively(client, {
    scope,
    onUrl: (url) => {
      say(
        `Your browser opens. If it does not, go to:\n\n    ${url}\n\nNo browser on this machine? mytool login --device`,
      )
    },
  })

export const login = async ({ device }: { readonly device: boolean }): Promise<void> => {
  const token = await (device ? devicePrompt(client, { scope }) : loginInBrowser())
  // Who was logged in before is not any more, at the server either. If that cannot be told, this login is still good.
  await session.end().catch(() => {})
  // Once this resolves, the token is on the disk.
  await session.replace(token)
  const { name, subject } = await client.userinfo(token)
  say(`You are ${printable(name ?? subject)}.`)
}

export const whoami = async (): Promise<void> => {
  const { name, subject } = await client.userinfo(await session.token())
  console.log(printable(name ?? subject))
}

export const orders = async (): Promise<void> => {
  const api = bearerFetch(session, { origins: [new URL(ordersUrl).origin] })
  const response = await api(ordersUrl)
  if (!response.ok) throw new Error(`the API answered ${response.status}`)
  console.log(printableJson(await response.json()))
}

/** Revokes the tokens at the server, and forgets them here. */
export const logout = async (): Promise<void> => {
  await session.end()
  say('You are logged out.')
}
