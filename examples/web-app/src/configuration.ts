/** What the environment says. An app that lacks a setting should say so when it starts, and not to its first user. */
const setting = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: see .env.example`)
  return value
}

export const configuration = {
  origin: new URL(setting('ORIGIN')).origin,
  port: Number(setting('PORT')),
  /** Unset: every interface, as a container wants it. */
  hostname: process.env.HOST,
  issuer: setting('ISSUER'),
  clientId: setting('CLIENT_ID'),
  clientSecret: setting('CLIENT_SECRET'),
  scope: setting('SCOPE'),
  apiUrl: setting('API_URL'),
  databaseUrl: setting('DATABASE_URL'),
  tokenKey: setting('TOKEN_KEY'),
}
