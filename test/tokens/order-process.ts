/** One of the ways in which something that a process waits for can go. */
export interface Way<Result> {
  readonly name: string
  readonly perform: () => Result
  /** @default always */
  readonly ready?: () => boolean
}

interface Pending {
  readonly ways: readonly Way<void>[]
}

/** What a process is there for: to have a token, or to do what its user does. */
export type Job = 'renew' | 'login' | 'logout'

export interface Process {
  readonly name: string
  readonly job: Job
  /** All that it has learnt, in order: its state is nothing else. */
  readonly learnt: unknown[]
  /** What it waits for, in the order in which it began to. */
  readonly pending: Set<Pending>
  /** What it got in the end. */
  ended?: string
  dead?: boolean
  /** How often it wrote an intent. */
  ids: number
  lost?: AbortController
  /** The newest generation that it was told of, or has an answer for. */
  saw: number
  /** The generation of the token that it sends. */
  sends: number
  /** It has looked or written since the login or the logout was in the store. */
  heard: boolean
}

export const processOf = (name: string, job: Job): Process => ({
  ...{ name, job, learnt: [], pending: new Set<Pending>(), ids: 0, saw: 0, sends: 0, heard: false },
})

/** Waits until one of the ways is gone. */
export const wait = <Result>(process: Process, ways: readonly Way<Result>[]): Promise<Result> =>
  new Promise((resolve, reject) => {
    const pending: Pending = {
      ways: ways.map(({ perform, ...way }) => ({
        ...way,
        perform: () => {
          const place = [...process.pending].indexOf(pending)
          process.pending.delete(pending)
          try {
            const result = perform()
            process.learnt.push([way.name, place, result ?? null])
            resolve(result)
          } catch (failure) {
            process.learnt.push([way.name, place, (failure as { code?: string }).code])
            reject(failure)
          }
        },
      })),
    }
    process.pending.add(pending)
  })

/** What can happen to a process next, each under a name of its own. */
export const waysOf = ({ name, pending }: Process): readonly Way<void>[] =>
  [...pending].flatMap(({ ways }, place) =>
    ways
      .filter(({ ready }) => !ready || ready())
      .map((way) => ({ ...way, name: `${name}: ${way.name}${place ? ` (${place})` : ''}` })),
  )
