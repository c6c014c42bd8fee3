// One of two who share a session, in a process of its own.
import { createClient, type Session, type Token } from 'bearward'
import type { Login } from '../contender.ts'
import { obey } from '../servers/control.ts'
import { openPlace, type Place } from './places.ts'

export interface SiblingSetting {
  readonly place: Place
  readonly origin: string
}

/** Milliseconds of the machine's clock that all processes share. */
const now = () => Number(process.hrtime.bigint()) / 1e6

let sessionAt: (key: string, login: Login | undefined) => Session
let session: Session
let held: Token
let answeredAt = 0
let adopted: Promise<number>
let adopt: (at: number) => void = () => {}
const expectAdoption = () => {
  adopted = new Promise((resolve) => {
    adopt = resolve
  })
}

const timedFetch: typeof fetch = async (...given) => {
  const response = await fetch(...given)
  answeredAt = now()
  return response
}

obey({
  open: async ({ place, origin }: SiblingSetting) => {
    const { store } = await openPlace(place)
    const client = createClient({
      server: { tokenEndpoint: `${origin}/token` },
      clientId: 'bench',
      clientSecret: 'an-example-of-a-secret',
      fetch: timedFetch,
      onEvent: ({ type }) => {
        if (type === 'adopted') adopt(now())
      },
    })
    sessionAt = (key, login) =>
      client.sessionSource({
        store,
        key,
        ...(login && {
          token: {
            accessToken: login.access_token,
            refreshToken: login.refresh_token,
            expiresAt: Date.now() + login.expires_in * 1000,
          },
        }),
      })
  },
  hold: async ({ key, login }: { readonly key: string; readonly login?: Login }) => {
    session = sessionAt(key, login)
    held = await session.token()
    expectAdoption()
  },
  renew: async () => {
    await session.token({ rejected: held })
    return answeredAt
  },
  want: () => {
    session.token({ rejected: held }).catch(() => process.exit(1))
  },
  adopted: () => adopted,
})
process.send?.({ id: 0, result: '' })
