/**
 * The code of `docs/recipes` is checked against the libraries that it is for, as a reader would paste it: each block of code is a
 * file, whose path stands in its first line (`// app.ts`), and the files of a page are a program.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { entries } from '../structure/entries.js'
import { blocksOf } from '../structure/markdown.js'

export interface RecipeFile {
  /** Below the folder of all recipes. */
  readonly path: string
  readonly code: string
}

const languages = ['ts', 'tsx']

export const recipeFilesOf = (page: string, text: string): readonly RecipeFile[] =>
  blocksOf(page, text)
    .filter(({ language }) => languages.includes(language))
    .map(({ line, language, code }) => {
      const [, path] = /^\/\/ (\S+)\n/.exec(code) ?? []
      if (!path?.endsWith(`.${language}`))
        throw new Error(`${page}:${line} does not begin with its path: // name.${language}`)
      return { path: join(basename(page, '.md'), path), code }
    })

/** Where all of them are, two levels below the root. */
export const folder = 'reports/recipes'

const pages = (): readonly string[] => globSync('docs/recipes/*.md').map((page) => page.replaceAll('\\', '/'))

/** Writes recipes into an empty folder, two levels below the root, where the compiler finds all but their packages. */
export const writeRecipes = (into: string, wanted: readonly string[] = pages()): void => {
  rmSync(into, { recursive: true, force: true })
  for (const { path, code } of wanted.flatMap((page) => recipeFilesOf(page, readFileSync(page, 'utf8')))) {
    mkdirSync(dirname(join(into, path)), { recursive: true })
    writeFileSync(join(into, path), code)
  }
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: {
      // As bundlers and frameworks have it.
      ...{ module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx' },
      ...{ experimentalDecorators: true, emitDecoratorMetadata: true, erasableSyntaxOnly: false },
      // Few readers have these on.
      ...{ noPropertyAccessFromIndexSignature: false, exactOptionalPropertyTypes: false },
      paths: Object.fromEntries(entries.map(({ name, source }) => [name, [`../../src/${source}`]])),
    },
    include: ['*/**/*.ts', '*/**/*.tsx'],
    exclude: ['node_modules'],
  }
  writeFileSync(join(into, 'tsconfig.json'), JSON.stringify(config))
}

/** The packages of all recipes, as `npm ci --prefix test/recipes` has installed them, beside what is written in a folder. */
export const linkPackages = (into: string): void => {
  const packages = resolve('test/recipes/node_modules')
  if (!existsSync(packages)) throw new Error('the recipes need their packages: npm ci --prefix test/recipes')
  symlinkSync(packages, join(into, 'node_modules'))
}

/** A module of a recipe, as the reader has it; `Module` says what a test takes from it. */
export const recipe = <Module>(path: string): Promise<Module> => import(/* @vite-ignore */ resolve(folder, path))
