import { readFileSync } from 'node:fs'
import type { Attributes } from '@opentelemetry/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { visible } from '../fixtures/visible.js'
import { everyFlow, mark } from './every-flow.js'
import { type Measured, withContexts } from './in-memory.js'

withContexts()

type Memory = Awaited<ReturnType<typeof everyFlow>>

/** What the guide has in code, row by row and cell by cell. */
const rowsOf = (heading: string): readonly (readonly (readonly string[])[])[] => {
  const guide = readFileSync(new URL('../../docs/guides/opentelemetry.md', import.meta.url), 'utf8')
  const section = guide.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const rows = section.split('\n').filter((line) => /^\| `/.test(line))
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)),
  )
}

const keysOf = (all: readonly Attributes[]): readonly string[] =>
  [...new Set(all.flatMap((attributes) => Object.keys(attributes)))].sort()

describe('what telemetry has of every flow, with every answer', () => {
  let memory: Memory
  let measured: readonly Measured[]
  beforeAll(async () => {
    memory = await everyFlow()
    measured = await memory.measured()
  })

  it('holds no secret, and nothing that a user, a program or a server has made up', () => {
    const told = memory.spans().map(({ name, attributes, status, events, links }) => {
      return { name, attributes, status, events, links }
    })
    expect(told.length).toBeGreaterThan(100)
    expect(visible(told)).not.toContain(mark)
    expect(visible(measured)).not.toContain(mark)
  })

  it('is in the table of metrics, and all that is in the table is told', () => {
    const names = [...new Set(measured.map(({ name }) => name))]
    const told = names.map((name) => {
      const own = measured.filter((one) => one.name === name)
      return [name, own[0]?.unit, keysOf(own.map(({ attributes }) => attributes))]
    })
    const documented = rowsOf('Metrics').map(([name, unit, , attributes]) => [
      name?.[0],
      unit?.[0],
      attributes?.toSorted(),
    ])
    expect(told.toSorted()).toEqual(documented.toSorted())
  })

  it('is in the table of spans, and all that is in the table is told', () => {
    const [renewal, request] = rowsOf('Spans').map((row) => row.at(-1)?.toSorted())
    const attributesOf = (isRenewal: boolean) =>
      memory.spans().filter(({ name }) => name.startsWith('renew ') === isRenewal)
    expect(keysOf(attributesOf(true).map(({ attributes }) => attributes))).toEqual(renewal)
    expect(keysOf(attributesOf(false).map(({ attributes }) => attributes))).toEqual(request)
  })

  it('is explained, attribute by attribute', () => {
    const all = [...memory.spans(), ...measured].map(({ attributes }) => attributes)
    expect(
      rowsOf('Attributes')
        .flatMap(([names]) => names ?? [])
        .toSorted(),
    ).toEqual(keysOf(all))
  })

  it.each([
    [
      'error.type',
      '400 401 500 AbortError ECONNREFUSED _OTHER connection_lost error_response invalid_grant invalid_id_token',
      'invalid_response redirect_refused timeout unreachable',
    ],
    [
      'bearward.endpoint.name',
      'device_authorization_endpoint introspection_endpoint jwks_uri metadata',
      'pushed_authorization_request_endpoint registration_endpoint revocation_endpoint token_endpoint userinfo_endpoint',
    ],
    [
      'bearward.grant.type',
      '_OTHER authorization_code client_credentials refresh_token urn:ietf:params:oauth:grant-type:device_code',
      'urn:ietf:params:oauth:grant-type:jwt-bearer urn:ietf:params:oauth:grant-type:token-exchange',
    ],
    ['bearward.source.kind', 'client_credentials extension_grant jwt_bearer refresh session'],
    ['bearward.renewal.outcome', 'adopted renewed'],
    ['bearward.renewal.verdict', 'ambiguous configuration definitive passing'],
  ])('has few values of %s', (key, ...values) => {
    const told = new Set(measured.map(({ attributes }) => attributes[key]).filter(Boolean))
    expect([...told].sort().join(' ')).toBe(values.join(' '))
  })
})
