import { OAuthError, type TokenSource } from 'bearward'

/** A source that has its client forgotten when the server says that it knows no such client (RFC 6749 §5.2). */
export const forgettingSource = (tokens: TokenSource, forget: () => Promise<void>): TokenSource => ({
  token: async (options) => {
    try {
      return await tokens.token(options)
    } catch (error) {
      const isUnknown =
        error instanceof OAuthError && error.code === 'error_response' && error.error === 'invalid_client'
      if (isUnknown) await forget()
      throw error
    }
  },
})
