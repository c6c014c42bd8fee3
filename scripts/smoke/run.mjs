// node scripts/smoke/run.mjs [NAME…]: the smoke test of the built package in every runtime, or in those named.
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { secretMark } from './credentials.mjs'
import { startServers } from './server.mjs'

const installed = 'test/runtimes/node_modules'
const scenario = 'scripts/smoke/process.mjs'
const runtimes = {
  'node 22': [`${installed}/node-22/bin/node`, scenario],
  'node 24': [process.execPath, scenario],
  'node 26': [`${installed}/node-26/bin/node`, scenario],
  bun: [`${installed}/.bin/bun`, scenario],
  deno: [`${installed}/.bin/deno`, 'run', '--no-prompt', '--allow-net=127.0.0.1', scenario],
  workerd: [process.execPath, 'test/runtimes/workerd.mjs'],
  chromium: [process.execPath, 'test/runtimes/chromium.mjs'],
}
const limitMs = 60_000

const run = async ([program, ...argv], { origin, closedOrigin, pageOrigin }) => {
  const child = spawn(program, [...argv, origin, closedOrigin, pageOrigin], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
  })
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(signal ? `did not end (${signal})` : code && `ended with ${code}`))
  })
  const [stdout, stderr, problem] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  if (problem) return `${problem}\n${stdout}${stderr}`
  return new RegExp(`${secretMark}|codeVerifier`).test(stdout) && `printed a secret\n${stdout}`
}

const servers = await startServers()
const wanted = process.argv.slice(2)
for (const [name, command] of Object.entries(runtimes)) {
  if (wanted.length && !wanted.includes(name)) continue
  const started = performance.now()
  const failure = await run(command, servers)
  const took = `${((performance.now() - started) / 1000).toFixed(1)} s`
  console.log(`${name.padEnd(10)}${failure ? `FAILED: ${failure}` : `ok ${took}`}`)
  if (failure) process.exitCode = 1
}
if (servers.followedRedirects()) {
  console.log('FAILED: a redirect of the token endpoint was followed')
  process.exitCode = 1
}
servers.close()
