import { defineConfig, loadEnv } from 'vite'
import { securityHeaders } from './server/security-headers.ts'

export default defineConfig(({ mode }) => {
  const { VITE_ISSUER = '', VITE_API = '' } = loadEnv(mode, import.meta.dirname)
  // Your web server must send the same ones.
  const headers = securityHeaders([VITE_ISSUER, VITE_API])
  const place = { host: '127.0.0.1', port: 5173, strictPort: true, headers }
  return { root: import.meta.dirname, server: place, preview: place }
})
