import { dataChecks } from '../../testing/check-options.js'
import { type Check, fieldsOf, text, whole } from '../../testing/checks.js'
import type { MockAuthorizationServerOptions, MockListenOptions } from '../../testing/index.js'

/** What a configuration file may say. */
export interface MockConfig extends Partial<Pick<MockAuthorizationServerOptions, keyof typeof dataChecks>> {
  /** @default 6749 */
  readonly port?: number
  /** Over https, with a certificate made anew or one of your own. @default false */
  readonly https?: NonNullable<MockListenOptions['https']>
  /** The file that the certificate is written to. @default one in a temporary folder */
  readonly certificate?: string
}

const pair = fieldsOf({ cert: text, key: text }, ['cert', 'key'])

const https: Check = (value, name) => (typeof value === 'boolean' ? undefined : pair(value, name))

/** @throws {OAuthError} `invalid_argument`, which names the field. */
export const assertConfig: (value: unknown, name: string) => asserts value is MockConfig = fieldsOf({
  ...dataChecks,
  port: whole(2 ** 16),
  https,
  certificate: text,
})
