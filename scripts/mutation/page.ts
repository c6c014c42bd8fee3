import { basename } from 'node:path'
import { changeOf, grouped, type Judged, type Reasons } from './survivors.ts'

export interface Score {
  readonly name: string
  readonly mutants: number
  readonly killed: number
  readonly timedOut: number
  readonly survived: number
  readonly uncovered: number
  /** Percent of the mutants that were noticed. */
  readonly score: number
}

export const scoreOf = (name: string, mutants: readonly Judged[]): Score => {
  const count = (status: string) => mutants.filter((mutant) => mutant.status === status).length
  const [killed, timedOut] = [count('Killed'), count('Timeout')]
  const [survived, uncovered] = [count('Survived'), count('NoCoverage')]
  const all = killed + timedOut + survived + uncovered
  return {
    name,
    mutants: all,
    killed,
    timedOut,
    survived,
    uncovered,
    score: all ? (100 * (killed + timedOut)) / all : 100,
  }
}

const head = `| | mutants | killed | timed out | survived | not run | noticed |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |`

const row = ({ name, mutants, killed, timedOut, survived, uncovered, score }: Score): string =>
  `| ${name} | ${mutants} | ${killed} | ${timedOut} | ${survived} | ${uncovered} | ${score.toFixed(1)} % |`

/** A code span, whatever is in the text. */
const code = (text: string): string => {
  const fence = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length)) + 1)
  const space = /^`|`$/.test(text) ? ' ' : ''
  return fence + space + text + space + fence
}

export interface Run {
  readonly rooms: readonly string[]
  readonly mutants: readonly Judged[]
  readonly minutes: number
  readonly cores: number
}

export const mutationPage = ({ rooms, mutants, minutes, cores }: Run, { explained, unexplained }: Reasons): string => {
  const inRoom = (room: string) => mutants.filter(({ file }) => file.startsWith(`${room}/`))
  const tables = rooms.map((room) => {
    const files = grouped(inRoom(room), ({ file }) => file)
    const rows = [...files].map(([file, ofFile]) => row(scoreOf(code(basename(file)), ofFile)))
    return `## ${code(room)}, file by file\n\n${head}\n${rows.toSorted().join('\n')}\n`
  })
  const reasons = [...explained, { because: 'Not explained yet.', survivors: unexplained }].flatMap(
    ({ because, survivors }) => {
      if (!survivors.length) return []
      const list = survivors.map((survivor) => `- ${code(basename(survivor.file))} ${code(changeOf(survivor))}`)
      return `${because}\n\n${list.join('\n')}\n`
    },
  )
  return `# Mutation tests

What if a line of the code were wrong: would a test say so? [Stryker](https://stryker-mutator.io) changes the code of
\`src/protocol\` and \`src/tokens\` in ${mutants.length} places, one after the other, and runs the tests that run that place. A
change that no test notices survives, and why it does is said below. This page is written by the run.

${head}
${rooms.map((room) => row(scoreOf(code(room), inRoom(room)))).join('\n')}

${minutes ? `It took ${minutes} minutes on ${cores} cores. ` : ''}\`npm run mutation\` does it again, and fails where less than 90 % of a room are
noticed; it tells what survives and is not explained in \`scripts/mutation/explained.json\`, and what is explained there and does not
survive. \`npm run mutation -- tokens\`, or the name of a file, does a part of it, and only what has changed since.

- The tests are those of the protocol, tokens, \`bearerFetch\`, DPoP and JWT, and that of redaction. Those that run processes,
  engines or browsers do not judge, nor those that search at random, as they would not say the same each time. Of the model of
  how processes share a session (\`test/tokens/order-model.ts\`) what takes a second or two judges.
- No kind of change is left out. The texts of messages are changed too: a test that meets an error sees that it says something.
- Timed out is noticed: the change makes the tests wait for what never comes.

${tables.join('\n')}
## What survives

${reasons.join('\n')}`
}
