// node in-node.mjs BUNDLE GIVEN: runs a bundled app, whose user follows every redirect.
import { pathToFileURL } from 'node:url'

const [bundle, given] = process.argv.slice(2)
globalThis.authorize = async (url) => (await fetch(url, { redirect: 'manual' })).headers.get('location')
globalThis.visit = async (url) => void (await fetch(url))
await import(pathToFileURL(bundle))
console.log(await globalThis.run(JSON.parse(given)))
