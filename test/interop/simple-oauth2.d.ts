/** What is used of a package that has no types of its own. */
declare module 'simple-oauth2' {
  interface Configuration {
    readonly client: { readonly id: string; readonly secret: string }
    readonly auth: {
      readonly tokenHost: string
      readonly tokenPath: string
      readonly refreshPath?: string
      readonly revokePath?: string
      readonly authorizePath?: string
    }
    readonly options?: {
      readonly credentialsEncodingMode?: 'strict' | 'loose'
      readonly authorizationMethod?: 'header' | 'body'
      readonly bodyFormat?: 'form' | 'json'
    }
    /** What it hands on to its HTTP client. */
    readonly http?: { readonly json?: 'strict' | 'force' | boolean }
  }

  type Parameters = Readonly<Record<string, string | readonly string[]>>

  interface AccessToken {
    readonly token: Readonly<Record<string, unknown>>
    expired(windowSeconds?: number): boolean
    refresh(parameters?: Parameters): Promise<AccessToken>
    revoke(tokenType: 'access_token' | 'refresh_token'): Promise<unknown>
    revokeAll(): Promise<void>
  }

  class AuthorizationCode {
    constructor(configuration: Configuration)
    authorizeURL(parameters: Parameters): string
    getToken(parameters: Parameters): Promise<AccessToken>
    createToken(token: Readonly<Record<string, unknown>>): AccessToken
  }

  class ClientCredentials {
    constructor(
      configuration: Omit<Configuration, 'auth'> & { readonly auth: Omit<Configuration['auth'], 'authorizePath'> },
    )
    getToken(parameters: Parameters): Promise<AccessToken>
  }
}
