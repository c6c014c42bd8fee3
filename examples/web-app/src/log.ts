/** A line of JSON. Errors of bearward have a `code`, and hold no secret in any of their fields. */
export const log = (event: string, { error, ...fields }: Readonly<Record<string, unknown>> = {}): void => {
  const failure = error instanceof Error && {
    error: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
  }
  console.log(JSON.stringify({ event, ...fields, ...failure }))
}
