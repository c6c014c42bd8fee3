import { readFile } from 'node:fs/promises'
import { type Plugin, transform } from 'esbuild'

/** What is left out of a module, as its source has it. */
interface Trimmed {
  /** Lines that nothing here needs; one that opens a block goes with all of it. */
  readonly without?: readonly string[]
  /** Expressions, under what they always come to here. What that leaves unreachable goes with them. */
  readonly always?: Readonly<Record<string, readonly string[]>>
}

const judge = 'judge what is left out anew'

/**
 * Leaves out of a bundled package what no tree shaker can see to be unreachable. What is not found fails the build: an
 * upgrade has changed it.
 */
export const trim = (folder: string, modules: Readonly<Record<string, Trimmed>>): Plugin => ({
  name: `trim ${folder}`,
  setup(build) {
    const missed = new Set(Object.keys(modules))
    build.onLoad({ filter: new RegExp(`/node_modules/${folder}/.*\\.js$`) }, async ({ path }) => {
      const module = path.split(`/node_modules/${folder}/`)[1] ?? ''
      const trimmed = modules[module]
      missed.delete(module)
      return trimmed && { contents: await trimmedText(await readFile(path, 'utf8'), trimmed) }
    })
    build.onEnd(() => {
      if (missed.size) throw new Error(`${folder} has no ${[...missed].join(', ')} any more: ${judge}`)
    })
  },
})

const trimmedText = async (source: string, trimmed: Trimmed): Promise<string> => {
  const code = await folded(withoutTexts(source, trimmed))
  const undeclared = trimmed.without
    ?.map((line) => line.match(/^(?:const|let|class) (\w+)/)?.[1])
    .find((name) => name && naming(name).test(code))
  if (undeclared) throw new Error(`"${undeclared}" is named beyond what is left out: ${judge}`)
  return code
}

const withoutTexts = (source: string, { without = [], always = {} }: Trimmed): string => {
  let code = source.replace(/^\/\/# sourceMappingURL=.*/m, '')
  const replace = (text: string, found: RegExp, by: string) => {
    if (code.search(found) < 0) throw new Error(`there is no "${text}" any more: ${judge}`)
    code = code.replace(found, () => by)
  }
  for (const line of without) {
    const rest = line.endsWith('{') ? '\\n[\\s\\S]*?^\\1}[);,]*' : ''
    replace(line, new RegExp(`^( *)${literally(line)}${rest}$`, 'gm'), '')
  }
  for (const [value, expressions] of Object.entries(always)) {
    for (const expression of expressions) {
      replace(expression, new RegExp(`(?<![\\w$.#])${literally(expression)}(?![\\w$])`, 'g'), value)
    }
  }
  return code
}

const literally = (text: string): string => text.replace(/[^\w\s]/g, '\\$&')

/** Without what has become unreachable, until no more has. */
const folded = async (code: string): Promise<string> => {
  // Of TypeScript esbuild drops unused imports too.
  const options = { loader: 'ts', target: 'es2022', minifySyntax: true, treeShaking: true } as const
  const shorter = withoutUnnamed((await transform(code, options)).code)
  return shorter === code ? code : folded(shorter)
}

/** Without the private members that nothing but themselves names, which esbuild keeps. */
const withoutUnnamed = (code: string): string =>
  code.replace(/^ {2}(?:static |async )*(#\w+)(?:\(.*\n[\s\S]*?^ {2}}|.*;)\n/gm, (member, name) => {
    const named = naming(name)
    return code.match(named)?.length === member.match(named)?.length ? '' : member
  })

/** Where a name is used; a comment does not use it. */
const naming = (name: string): RegExp => new RegExp(`(?<!// .*|\\w)${name}\\b`, 'g')
