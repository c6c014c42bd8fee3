import type { Contender } from '../contender.ts'

const constant = 'a-token-that-never-changes'

/** A header that never changes: nothing that renews a token can cost less. */
export const contender: Omit<Contender, 'name'> = {
  service: () => {
    const headers = { authorization: `Bearer ${constant}` }
    return {
      token: async () => constant,
      get: async (url) => {
        const response = await fetch(url, { headers })
        await response.text()
        return response.status
      },
    }
  },
}
