import type { Reporter, TestModule } from 'vitest/node'

/** Says at the end of a run what was left out, where nobody can overlook it. */
export default class LeftOut implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules
      .flatMap((module) => [...module.children.allTests('skipped')])
      .map(({ name }) => name)
      .filter((name) => name.startsWith('LEFT OUT'))
    if (names.length) console.warn(['', ...new Set(names), ''].join('\n'))
  }
}
