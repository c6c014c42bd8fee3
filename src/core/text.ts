/** A text that is there, and that every encoding takes: no lone surrogates. */
export const isWellFormed = (text: unknown): text is string =>
  typeof text === 'string' && text !== '' && !/\p{Surrogate}/u.test(text)
