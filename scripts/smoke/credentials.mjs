/** Stands in everything that must never be printed. */
export const secretMark = 'SECRET'

/** The `+` shows that Basic credentials are form-encoded. */
export const credentials = { clientId: 'smoke', clientSecret: `${secretMark}+client` }
