interface ImportMetaEnv {
  readonly VITE_ISSUER: string
  readonly VITE_API: string
  readonly VITE_CLIENT_ID: string
}
