import { OAuthError } from '../core/errors.js'
import type { Given } from '../core/given.js'
import { type Scope, scopeParameter } from '../core/scope.js'
import { isWellFormed } from '../core/text.js'
import type { Token } from '../core/token.js'
import type { ClientContext, GrantOptions } from './context.js'
import { supplied } from './given.js'
import { requestToken } from './requests.js'

export interface AskedExtensionGrant extends ExtensionGrantOptions {
  readonly grantType: string
  readonly parameters?: Readonly<Record<string, Given>>
}

/** What an extension grant is asked for with, beside its own parameters. */
export interface ExtensionGrantOptions extends Omit<GrantOptions, 'parameters'> {
  /** @default the server's own default */
  readonly scope?: Scope
}

const urn = 'urn:ietf:params:oauth:grant-type:'

/** What has a method of its own, which knows more of it; and `password`, which must not be used any more (RFC 9700 §2.4). */
const known: Readonly<Record<string, string>> = {
  authorization_code: 'exchangeCode',
  refresh_token: 'refresh',
  client_credentials: 'clientCredentials',
  [`${urn}device_code`]: 'deviceAuthorization',
  [`${urn}token-exchange`]: 'tokenExchange',
  [`${urn}jwt-bearer`]: 'jwtBearer',
  password: 'exchangeCode',
}

/**
 * Any other grant (RFC 6749 §4.5). Its name should be a URI; Zoom (`account_credentials`) and Facebook (`fb_exchange_token`)
 * have names that are none.
 */
export const extension = async (
  context: ClientContext,
  { grantType, parameters = {}, scope, ...options }: AskedExtensionGrant,
): Promise<Token> => {
  if (!isWellFormed(grantType)) throw new OAuthError('invalid_argument', 'grantType must be a text')
  if (Object.hasOwn(known, grantType)) {
    throw new OAuthError('invalid_argument', `${grantType} is no extension grant: use ${known[grantType]}`)
  }
  return supplied(parameters, options.signal, ({ texts, made }) => {
    const form = { grant_type: grantType, scope: scopeParameter(scope) }
    return requestToken(context, { ...options, parameters: texts, form, made })
  })
}

export const extensionGrant = (
  context: ClientContext,
  grantType: string,
  parameters?: Readonly<Record<string, Given>>,
  options: ExtensionGrantOptions = {},
): Promise<Token> => extension(context, { ...options, grantType, ...(parameters && { parameters }) })
