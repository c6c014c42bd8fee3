// npm start: the app at http://127.0.0.1:5173 on Vite's development server, with all that it talks to, until Ctrl-C.
import { join } from 'node:path'
import { createServer } from 'vite'
import { startBackend } from './backend.ts'

const { server, api } = await startBackend({
  appOrigin: 'http://127.0.0.1:5173',
  issuerPort: 8080,
  apiPort: 8081,
})
const vite = await createServer({ configFile: join(import.meta.dirname, '../vite.config.ts') })
await vite.listen()

console.log(`app                   ${vite.resolvedUrls?.local[0]}   log in under any name, and open a second tab`)
console.log(`authorization server  ${server.issuer}/   its clients, tokens and requests`)
console.log(`API                   ${api}/notes`)
