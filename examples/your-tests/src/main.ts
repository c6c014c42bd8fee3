// node src/main.ts FIRM…: posts the digest of each firm. Exit code 1: one of them could not be made.
import { fileStore } from 'bearward/file'
import { miwa, smokeball } from 'bearward/providers'
import { digestOf } from './digest.ts'
import { openFirms } from './firms.ts'
import { openHub } from './hub.ts'

const { env } = process

/** A program that lacks a setting should say so, and not send the word `undefined` to a service. */
const setting = (name: string): string => {
  const value = env[name]
  if (!value) throw new Error(`${name} is not set: see .env.example`)
  return value
}

const firms = openFirms({
  server: { ...smokeball, tokenEndpoint: env['SMOKEBALL_TOKEN_ENDPOINT'] ?? smokeball.tokenEndpoint },
  clientId: setting('SMOKEBALL_CLIENT_ID'),
  clientSecret: setting('SMOKEBALL_CLIENT_SECRET'),
  redirectUri: 'https://digests.example.com/callback',
  apiUrl: env['SMOKEBALL_API'] ?? 'https://api.smokeball.com',
  store: fileStore({ directory: setting('SESSIONS') }),
})
const hub = openHub({
  server: { ...miwa, tokenEndpoint: env['MIWA_TOKEN_ENDPOINT'] ?? miwa.tokenEndpoint },
  clientId: setting('MIWA_CLIENT_ID'),
  clientSecret: setting('MIWA_CLIENT_SECRET'),
  ...(env['HUB'] && { url: env['HUB'] }),
})

for (const firm of process.argv.slice(2)) {
  const digest = await digestOf(firms, firm)
  await hub.post(digest)
  console.log(`${firm}: ${digest.state}`)
  if (digest.state !== 'ready') process.exitCode = 1
}
