import { defineConfig } from 'tsup'
import { thirdPartyLicences } from './scripts/build/third-party-licences.ts'
import { trimKy } from './scripts/build/trim-ky.ts'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    authorize: 'src/authorize.ts',
    providers: 'src/providers/index.ts',
    testing: 'src/testing/index.ts',
  },
  format: ['esm'],
  target: 'es2022',
  platform: 'neutral',
  dts: false,
  sourcemap: true,
  clean: true,
  splitting: true,
  esbuildPlugins: [trimKy, thirdPartyLicences],
})
