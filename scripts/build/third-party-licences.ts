import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'

/** The packages that one of the builds has bundled: they run side by side, in one process. */
const bundled = new Set<string>()

/** Puts the licences of what is bundled beside it, as they ask for. */
export const thirdPartyLicences: Plugin = {
  name: 'third-party-licences',
  setup(build) {
    build.initialOptions.metafile = true
    build.onEnd(({ metafile }) => {
      for (const input of Object.keys(metafile?.inputs ?? {})) {
        const name = input.match(/node_modules\/((@[^/]+\/)?[^/]+)\//)?.[1]
        if (name) bundled.add(name)
      }
      const texts = [...bundled].sort().map((name) => {
        const folder = join('node_modules', name)
        const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
        const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))
        if (!licence) throw new Error(`${name} is bundled and has no licence file`)
        return `${name} ${version}\n\n${readFileSync(join(folder, licence), 'utf8').trim()}\n`
      })
      mkdirSync('dist', { recursive: true })
      writeFileSync(join('dist', 'THIRD-PARTY-LICENCES.txt'), texts.join('\n----\n\n'))
    })
  },
}
