import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { describe, expect, it } from 'vitest'

interface Manifest {
  readonly private?: boolean
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const names = globSync('examples/*/package.json').map((path) => basename(dirname(path)))

const read = (name: string, file: string): string => readFileSync(`examples/${name}/${file}`, 'utf8')

const manifestOf = (name: string): Manifest => JSON.parse(read(name, 'package.json'))

describe('the examples', () => {
  it('are all in the list', () => {
    const listed = [...readFileSync('examples/README.md', 'utf8').matchAll(/\]\(([\w-]+)\/README\.md\)/g)]
    expect(listed.map(([, name]) => name).sort()).toEqual([...names].sort())
  })

  it.for(names)('%s says how to run it, and has a demo and tests', (name) => {
    expect(read(name, 'README.md')).toContain(`npm run example ${name}\n`)
    expect(manifestOf(name).scripts).toMatchObject({ demo: expect.any(String), test: expect.any(String) })
  })

  it.for(names)('%s is never published, and has this package and exact versions of all others', (name) => {
    const { private: isPrivate, dependencies, devDependencies } = manifestOf(name)
    const { bearward, ...others } = { ...devDependencies, ...dependencies }
    expect(isPrivate).toBe(true)
    expect(bearward).toBe('file:../..')
    for (const version of Object.values(others)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it.for(names)('%s installs the package as it would be published, and names no registry', (name) => {
    expect(read(name, '.npmrc')).toContain('install-links=true')
    expect(read(name, 'package-lock.json')).not.toContain('"resolved": "http')
  })
})
