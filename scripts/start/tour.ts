// `npm start`: every flow along real servers on loopback, told as it happens. It ends by itself.
import { createAccount } from './account.ts'
import { walkMiwa } from './miwa.ts'
import { walkOidcProvider } from './oidc-provider.ts'
import { walkSmokeball } from './smokeball.ts'
import { walkWicked } from './wicked.ts'

console.log('bearward walks along a certified server and three mocks, all on loopback.')
console.log('→ sent   ← answered   = what the SDK made of it      <refresh-2> names a secret, *** hides the rest')

const account = createAccount()
const failures: string[] = []
for (const walk of [walkOidcProvider, walkMiwa, walkWicked, walkSmokeball]) {
  // A walk ends at its first failing step; the other servers are worth theirs all the same.
  await walk(account).catch((failure: Error) => failures.push(failure.message))
}

console.log(failures.length ? `\nFailed: ${failures.join('\n        ')}` : '\nEvery step held.')
process.exitCode = failures.length ? 1 : 0
