import { snakeCase } from './names.js'
import {
  asNonEmpty,
  type Json,
  object,
  parse,
  type Reading,
  read,
  required,
  type Schema,
  transform,
} from './requests.js'

/** A list of texts, if it is there: one word in place of a list would be searched letter by letter. */
const texts = transform((value: unknown, { issues }) => {
  if (value === undefined || value === null) return
  if (!Array.isArray(value) || !value.every(asNonEmpty)) issues.push({ code: 'custom', input: undefined })
})

/** RFC 8414 §2. */
const metadata = object({
  issuer: required(asNonEmpty),
  token_endpoint: required(asNonEmpty),
  token_endpoint_auth_methods_supported: texts,
  code_challenge_methods_supported: texts,
  grant_types_supported: texts,
  response_types_supported: texts,
  scopes_supported: texts,
  dpop_signing_alg_values_supported: texts,
  token_endpoint_auth_signing_alg_values_supported: texts,
  id_token_signing_alg_values_supported: texts,
  authorization_details_types_supported: texts,
})

/** RFC 9728 §2. */
const resourceMetadata = object({
  resource: required(asNonEmpty),
  authorization_servers: texts,
  scopes_supported: texts,
  bearer_methods_supported: texts,
})

const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json)

/** All fields but those that would pass for a checked one, unchecked, once they have names in camelCase. */
const readDocument = <Data>(schema: Schema<Data> & { readonly shape: object }, json: unknown): Reading<Json> => {
  const { data, problem } = read(schema, json)
  const isWire = (name: string) => name === snakeCase(name) || !(snakeCase(name) in schema.shape)
  return { data: data && Object.fromEntries(Object.entries(json as Json).filter(([name]) => isWire(name))), problem }
}

/** The metadata of a server, with all its fields; `corrections` take the place of what the document says. */
export const readMetadata = (body: string, corrections: Json): Reading<Json> => {
  const json = parse(body)
  return readDocument(metadata, isObject(json) ? { ...json, ...corrections } : json)
}

/** The metadata of a protected resource, with all its fields. */
export const readResourceMetadata = (body: string): Reading<Json> => readDocument(resourceMetadata, parse(body))
