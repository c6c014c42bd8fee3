// node scripts/package/tarball.ts: the package as its users get it brings nothing along, and lacks nothing.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gripesOf, type PackedFiles } from './gripes.ts'

const folder = mkdtempSync(join(tmpdir(), 'bearward-tarball-'))
const npm = (...command: readonly string[]): string =>
  execFileSync('npm', command, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

try {
  const [packed] = JSON.parse(npm('pack', '--json', '--ignore-scripts', process.cwd()))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  // No registry is asked, and nothing is at hand: what has dependencies cannot be installed.
  npm('install', '--offline', '--cache', join(folder, 'empty'), '--loglevel=error', `./${packed.filename}`)
  const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
  const files: PackedFiles = new Map(
    packed.files.map(({ path }: { readonly path: string }) => [
      path,
      readFileSync(join(folder, 'node_modules/bearward', path), 'utf8'),
    ]),
  )
  const gripes = [
    ...(installed.join() === 'bearward' ? [] : [`it brings ${installed.join(', ')} along`]),
    ...gripesOf(files),
  ]
  for (const gripe of gripes) console.error(gripe)
  console.log(`${packed.filename}: ${files.size} files, ${packed.size} bytes, ${gripes.length} gripes`)
  process.exitCode = gripes.length > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true })
}
