import type { Scope } from '../../core/scope.js'

/** What an extension grant comes to: a token, or an error of the server's. */
export type MockExtensionAnswer =
  | {
      /** Who it is for. @default no user */
      readonly subject?: string
      /** @default what is asked for */
      readonly scope?: Scope
      /** @default false */
      readonly refreshToken?: boolean
      /** What the answer holds beside. @default nothing */
      readonly fields?: Readonly<Record<string, unknown>>
    }
  | { readonly error: string; readonly errorDescription?: string; readonly status?: number }

/** Decides on a request for an extension grant, from its form. */
export type MockExtensionGrant = (
  form: Readonly<Record<string, string>>,
) => MockExtensionAnswer | Promise<MockExtensionAnswer>
