import type { Contender } from './contender.ts'
import { type ContenderName, contender } from './contenders.ts'
import type { ChildMessage, Part } from './in-child.ts'
import type { Ask } from './scenarios/settings.ts'

interface Scenario {
  part(contender: Contender, origin: string, ask: Ask): Promise<unknown>
}

/** One order at a time: every caller waits for its answer. */
const ask: Ask = (what, given) =>
  new Promise((resolve) => {
    process.once('message', ({ result }: { readonly result: never }) => resolve(result))
    process.send?.({ what, given } satisfies ChildMessage)
  })

const { scenario, name, origin } = JSON.parse(process.argv[2] ?? '') as Part & { readonly name: ContenderName }
const { part }: Scenario = await import(`./scenarios/${scenario}.ts`)
const result = await part(await contender(name), origin, ask)
// Whatever a contender leaves running ends here.
process.send?.({ result } satisfies ChildMessage, () => process.exit())
