import { OAuthError, type TokenSource } from 'bearward'

/** A session that has its user log in when it is over, and goes on. */
export const loginSource = (session: TokenSource, logIn: () => Promise<void>): TokenSource => ({
  token: async (options) => {
    try {
      return await session.token(options)
    } catch (error) {
      const isOver = error instanceof OAuthError && /^session_/.test(error.code)
      if (!isOver) throw error
      await logIn()
      return session.token()
    }
  },
})
