import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright'
import { describe, expect, it } from 'vitest'
import { listen } from '../oidc/listen.js'
import { chromiumEngine } from '../runtimes/chromium-engine.js'
import { launchOptions } from '../runtimes/chromium-options.js'
import { describeWith } from '../stores/engine.js'
import { blocksOf } from '../structure/markdown.js'
import { mockCommand } from './mock-process.js'

const [service = '', page = ''] = blocksOf('README.md', readFileSync('README.md', 'utf8'))
  .map(({ code }) => code)
  .filter((code) => code.includes('127.0.0.1:6749'))

const mock = mockCommand()

/** A program of the README as its user would have it, against a mock that took any port. */
const programOf = async (code: string, platform: 'node' | 'browser', origin: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: code.replaceAll('http://127.0.0.1:6749', origin), resolveDir: process.cwd() },
    alias: { bearward: './src/index.ts' },
    ...{ bundle: true, write: false, format: 'esm', target: 'es2022', platform, logLevel: 'error' },
  })
  return outputFiles[0]?.text ?? ''
}

describe('the first five minutes of the README', () => {
  it('give a service its first token', async () => {
    const { origin, output, end } = mock.run(['--port', '0'])
    const file = join(mock.folder, 'first.mjs')
    writeFileSync(file, await programOf(service, 'node', await origin()))
    await import(/* @vite-ignore */ file)
    expect(output()).toMatch(/200 {2}GET {2}\/resource/)
    await end()
  })
})

describeWith(chromiumEngine, 'the first five minutes of the README, in a page', () => {
  it('log a user in', async () => {
    const { origin, end } = mock.run(['--port', '0'])
    const program = await programOf(page, 'browser', await origin())
    const app = await listen()
    app.serve(({ url = '/' }, response) => {
      const isScript = url === '/page.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      response.end(isScript ? program : '<!doctype html><script type="module" src="/page.js"></script>')
    })
    const browser = await chromium.launch(launchOptions)
    try {
      const tab = await browser.newPage()
      await tab.goto(app.origin)
      await tab.getByText('logged in until').waitFor()
      expect(new URL(tab.url()).pathname).toBe('/callback')
    } finally {
      await browser.close()
      await app.close()
      await end()
    }
  })
})
