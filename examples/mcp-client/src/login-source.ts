import { OAuthError, type TokenSource } from 'bearward'

/** A session that has its user log in when it is over, and goes on; of many calls at once, one asks. */
export const loginSource = (session: TokenSource, logIn: () => Promise<void>): TokenSource => {
  let asking: Promise<void> | undefined
  return {
    token: async (options) => {
      try {
        return await session.token(options)
      } catch (error) {
        const isOver = error instanceof OAuthError && /^session_/.test(error.code)
        if (!isOver) throw error
        asking ??= logIn().finally(() => {
          asking = undefined
        })
        await asking
        return session.token()
      }
    },
  }
}
