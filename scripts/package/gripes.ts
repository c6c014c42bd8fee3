import { posix } from 'node:path'
import { referencesOf } from '../../test/structure/syntax.ts'

/** Path in the tarball → text. */
export type PackedFiles = ReadonlyMap<string, string>

/** What each built file may have bundled. Whatever is not listed has bundled nothing. */
const bundled: Readonly<Record<string, readonly string[]>> = {
  'dist/requests.js': ['ky', 'zod'],
  'dist/bin.js': ['commander'],
}

/** Files without a source map of what they bundle: its licences are in THIRD-PARTY-LICENCES.txt. */
const unmapped: readonly string[] = ['dist/certificate.js']

const manifestOf = (files: PackedFiles) => JSON.parse(files.get('package.json') ?? '{}')

const packageOf = (specifier: string): string => specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? specifier

/** Where a relative specifier leads, in the tarball. */
const targetOf = (from: string, specifier: string): string => {
  const path = posix.join(posix.dirname(from), specifier)
  return from.endsWith('.d.ts') ? path.replace(/\.js$/, '.d.ts') : path
}

const strayReferences = (files: PackedFiles): readonly string[] => {
  const { name, peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(files)
  const optional = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional)
  return [...files].flatMap(([path, text]) => {
    if (!/\.(js|d\.ts)$/.test(path)) return []
    return referencesOf(path, text).flatMap(({ specifier }) => {
      if (specifier.startsWith('.')) {
        return files.has(targetOf(path, specifier)) ? [] : [`${path} imports ${specifier}, which is not in the tarball`]
      }
      const known = specifier.startsWith('node:') || [name, ...optional].includes(packageOf(specifier))
      return known ? [] : [`${path} imports ${specifier}, which is no optional peer`]
    })
  })
}

/** The packages whose sources the map of a built file names. */
const packagesIn = (map: string): readonly string[] => {
  const sources: readonly string[] = JSON.parse(map).sources
  return [...new Set(sources.flatMap((source) => source.split('node_modules/')[1] ?? []).map(packageOf))].sort()
}

const strayBundles = (files: PackedFiles): readonly string[] =>
  [...files.keys()].flatMap((path) => {
    if (!path.endsWith('.js') || unmapped.includes(path)) return []
    const map = files.get(`${path}.map`)
    if (map === undefined) return [`${path} has no source map`]
    const [found, allowed] = [packagesIn(map).join(), (bundled[path] ?? []).join()]
    return found === allowed
      ? []
      : [`${path} has bundled ${found || 'nothing'}, and should have ${allowed || 'nothing'}`]
  })

/** What is wrong with a tarball: it must depend on nothing, refer to nothing that is elsewhere, and bundle what it says. */
export const gripesOf = (files: PackedFiles): readonly string[] => {
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = manifestOf(files)
  return [
    ...Object.keys({ ...dependencies, ...optionalDependencies }).map((name) => `it depends on ${name}`),
    ...Object.keys(peerDependencies)
      .filter((name) => !peerDependenciesMeta[name]?.optional)
      .map((name) => `the peer ${name} is not optional`),
    ...['LICENSE', 'README.md', 'dist/THIRD-PARTY-LICENCES.txt'].flatMap((name) =>
      files.has(name) ? [] : [`${name} is missing`],
    ),
    ...strayReferences(files),
    ...strayBundles(files),
  ]
}
