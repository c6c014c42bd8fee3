/**
 * The cache that a careful user writes around a library that has none: a margin before expiry, one request at a time, and
 * the old refresh token where the answer has no new one. `renew` is given the refresh token, if there is one.
 */
export const cached = (renew, marginMs, login) => {
  let held
  let pending

  const hold = (answer) => {
    const { access_token, refresh_token = held?.refresh_token, expires_in = 3600 } = answer
    held = { access_token, refresh_token, expiresAt: Date.now() + expires_in * 1000 }
    return held
  }
  if (login) hold(login)

  return {
    token: async () => {
      if (held && Date.now() < held.expiresAt - marginMs) return held.access_token
      pending ??= renew(held?.refresh_token)
        .then(hold)
        .finally(() => {
          pending = undefined
        })
      return (await pending).access_token
    },
    /** After a 401. */
    forget: () => {
      if (held) held.expiresAt = 0
    },
  }
}

/** An authorized GET with one more try after a 401. `send` answers a status. */
export const getWith = (cache, send) => async (url) => {
  const status = await send(url, await cache.token())
  if (status !== 401) return status
  cache.forget()
  return send(url, await cache.token())
}
