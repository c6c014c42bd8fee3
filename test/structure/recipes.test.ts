import { describe, expect, it } from 'vitest'
import { recipeFilesOf, writeRecipes } from '../recipes/recipe-files.js'
import { complaintsOf } from './snippets.js'

/** Those whose packages the root has. The others have theirs in test/recipes: `npm run recipes` compiles and runs them all. */
const light = ['axios', 'ky', 'opentelemetry'].map((name) => `docs/recipes/${name}.md`)

describe('the recipes', () => {
  it('compile, where their packages are here', () => {
    writeRecipes('reports/light-recipes', light)
    expect(complaintsOf('reports/light-recipes')).toBe('')
  })

  it('say for each block of code which file it is', () => {
    const page = (code: string) => `\`\`\`ts\n${code}\n\`\`\`\n`
    expect(recipeFilesOf('docs/recipes/a.md', page('// lib/b.ts\nconst c = 1'))).toEqual([
      { path: 'a/lib/b.ts', code: '// lib/b.ts\nconst c = 1\n' },
    ])
    const nameless = () => recipeFilesOf('docs/recipes/a.md', page('const c = 1'))
    expect(nameless).toThrow('docs/recipes/a.md:2 does not begin with its path')
  })
})
