/** What the docstrings of the package say, by entry. Whatever typedoc warns of is an error. */
import { join } from 'node:path'
import { Application, type DeclarationReflection, LogLevel, ReflectionKind } from 'typedoc'
import { entries } from '../../test/structure/entries.ts'

export interface EntryReflections {
  readonly name: string
  /** Its own exports: what it only passes on from another entry is told of there. */
  readonly own: readonly DeclarationReflection[]
  /** What it passes on. */
  readonly passedOn: readonly DeclarationReflection[]
}

/** A class that is a type and a value may say what it is once. */
const isDocumented = ({ name }: DeclarationReflection, all: readonly DeclarationReflection[]): boolean =>
  all.some((symbol) => symbol.name === name && [symbol, ...(symbol.signatures ?? [])].some((one) => one.hasComment()))

export const reflections = async (root: string): Promise<readonly EntryReflections[]> => {
  const app = await Application.bootstrap({
    entryPoints: entries.map(({ source }) => join(root, 'src', source)),
    basePath: root,
    tsconfig: join(root, 'tsconfig.json'),
    compilerOptions: { noEmit: true },
    // Types were checked already; here they are read.
    skipErrorChecking: true,
    excludeInternal: true,
    disableGit: true,
    sourceLinkTemplate: 'file:{path}',
    sort: ['source-order'],
    logLevel: LogLevel.Warn,
    // What is not exported is shown beside what refers to it.
    validation: { notExported: false, invalidLink: true, notDocumented: false, invalidPath: true, rewrittenLink: true },
  })
  const project = await app.convert()
  if (!project) throw new Error('typedoc could not read src')
  app.validate(project)
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error('typedoc has something to say of src: see above')
  return entries.map(({ name, source }) => {
    const module = project.children?.find(({ sources }) => sources?.[0]?.fileName === `src/${source}`)
    if (!module) throw new Error(`typedoc has no ${name}`)
    const all = module.children ?? []
    const own = all.filter(({ kind }) => kind !== ReflectionKind.Reference)
    const silent = own.filter((symbol) => !isDocumented(symbol, own))
    if (silent.length > 0) throw new Error(`no docstring in ${name}: ${silent.map(({ name: of }) => of).join(', ')}`)
    return {
      name,
      own,
      passedOn: all.filter(({ kind }) => kind === ReflectionKind.Reference),
    }
  })
}
