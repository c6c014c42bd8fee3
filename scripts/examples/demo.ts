// npm run example NAME [ARGUMENT…]: an example at work on this machine, against a mock. It ends by itself.
import { build, examples, folderOf, install, known, npm, run } from './prepare.ts'

const [name, ...rest] = process.argv.slice(2)
if (name === undefined) {
  console.log(`npm run example NAME, where NAME is one of: ${examples.join(', ')}`)
  process.exit()
}
known([name])
const shown =
  build() && (await install(name)) && (await run([...npm, 'run', '-s', 'demo', '--', ...rest], folderOf(name)))
if (!shown) process.exitCode = 1
