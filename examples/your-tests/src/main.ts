// node src/main.ts FIRM…: posts the digest of each firm. Exit code 1: one of them could not be made.
import { fileStore } from 'bearward/file'
import { miwa, smokeball } from 'bearward/providers'
import { digestOf } from './digest.ts'
import { openFirms } from './firms.ts'
import { openHub } from './hub.ts'

const { env } = process

const firms = openFirms({
  server: { ...smokeball, tokenEndpoint: env['SMOKEBALL_TOKEN_ENDPOINT'] ?? smokeball.tokenEndpoint },
  clientId: `${env['SMOKEBALL_CLIENT_ID']}`,
  clientSecret: `${env['SMOKEBALL_CLIENT_SECRET']}`,
  redirectUri: 'https://digests.example.com/callback',
  apiUrl: env['SMOKEBALL_API'] ?? 'https://api.smokeball.com',
  store: fileStore({ directory: `${env['SESSIONS']}` }),
})
const hub = openHub({
  server: { ...miwa, tokenEndpoint: env['MIWA_TOKEN_ENDPOINT'] ?? miwa.tokenEndpoint },
  clientId: `${env['MIWA_CLIENT_ID']}`,
  clientSecret: `${env['MIWA_CLIENT_SECRET']}`,
  ...(env['HUB'] && { url: env['HUB'] }),
})

for (const firm of process.argv.slice(2)) {
  const digest = await digestOf(firms, firm)
  await hub.post(digest)
  console.log(`${firm}: ${digest.state}`)
  if (digest.state !== 'ready') process.exitCode = 1
}
