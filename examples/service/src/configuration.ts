/** What the environment says. A service that lacks a setting should say so when it starts, and not at its first call. */
const setting = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: see .env.example`)
  return value
}

export const configuration = {
  tokenEndpoint: setting('TOKEN_ENDPOINT'),
  clientId: setting('CLIENT_ID'),
  clientSecret: setting('CLIENT_SECRET'),
  stockUrl: setting('STOCK_URL'),
  redisUrl: setting('REDIS_URL'),
  port: Number(setting('PORT')),
  /** Unset: every interface, as a container wants it. */
  host: process.env.HOST,
}
