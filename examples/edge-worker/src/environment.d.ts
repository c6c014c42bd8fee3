// What `npx wrangler types` makes of wrangler.jsonc.
declare namespace Cloudflare {
  interface Env {
    readonly ISSUER: string
    readonly CLIENT_ID: string
    readonly CLIENT_SECRET: string
    readonly STOCK_API: string
    readonly ORDERS_API: string
    readonly TOKENS: DurableObjectNamespace<import('./token-record.ts').TokenRecord>
  }
}
