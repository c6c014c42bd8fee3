import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { providersPage } from '../../scripts/docs/providers-page.js'
import { services } from '../../scripts/docs/services.js'
import * as providers from '../../src/providers/index.js'

const page = readFileSync('docs/providers.md', 'utf8')

describe('docs/providers.md', () => {
  it('says what the data say: npm run docs makes it so', () => {
    expect(providersPage(page)).toBe(page)
  })

  it('is made anew where it says something else', () => {
    const behind = page.replaceAll('oauth2.googleapis.com', 'example.com').replace('| `scopeSeparator` | `,` |\n', '')
    expect(behind).not.toBe(page)
    expect(providersPage(behind)).toBe(page)
  })

  it('has a heading for every preset', () => {
    const presets = [...page.matchAll(/^## .*\n\n`(\w+)/gm)].map(([, preset]) => preset)
    expect(presets.sort()).toEqual(Object.keys(providers).sort())
  })

  it.each(services.map((service) => [service.name, service] as const))(
    'names pages that %s was read from',
    (_, service) => {
      const urls = service.sources.map(({ url }) => url)
      expect(new Set(urls).size).toBe(urls.length)
      expect(urls.length).toBeGreaterThan(1)
      for (const url of urls) {
        expect(new URL(url).protocol).toBe('https:')
        expect(page).toContain(`<${url}>`)
      }
    },
  )
})
