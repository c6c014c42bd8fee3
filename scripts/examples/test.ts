// npm run examples [NAME…]: the types and the tests of all examples, or of those named.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { build, examples, folderOf, install, known, npm, run } from './prepare.ts'

/** Tests may run elsewhere than what they test, and then have types of their own. */
const checkTypes = async (folder: string): Promise<boolean> => {
  for (const config of globSync(join(folder, '{,test/}tsconfig.json'))) {
    if (!(await run(['node_modules/.bin/tsc', '-p', config]))) return false
  }
  return true
}

const asked = known(process.argv.slice(2))
const wanted = asked.length ? asked : examples
const failed: string[] = []
if (!build()) process.exit(1)
for (const name of wanted) {
  const started = performance.now()
  console.log(`\n== example ${name}`)
  const folder = folderOf(name)
  const passed = (await install(name)) && (await checkTypes(folder)) && (await run([...npm, 'test', '-s'], folder))
  const took = `${((performance.now() - started) / 1000).toFixed(0)} s`
  console.log(`== example ${name}: ${passed ? took : 'FAILED'}`)
  if (!passed) failed.push(name)
}
console.log(failed.length ? `\nfailed: ${failed.join(', ')}` : `\n${wanted.length} examples, and all hold`)
process.exitCode = failed.length ? 1 : 0
