/** The command cannot be carried out as it was given. Nothing was sent, and the message holds no value that may be a secret. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
