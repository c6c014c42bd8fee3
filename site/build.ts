/** Builds the site: pages of the repository and of the docstrings, then their HTML in `site/dist`. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vitepress'
import { apiPages } from './api/page.ts'
import { reflections } from './api/reflections.ts'
import { homePage } from './home.ts'
import { sitePage, titleOf } from './markdown.ts'
import { arranged } from './order.ts'
import { placesOf, sources } from './places.ts'

const site = dirname(fileURLToPath(import.meta.url))
const root = dirname(site)
const pages = join(site, 'pages')
const started = performance.now()

const write = (place: string, text: string): void => {
  mkdirSync(dirname(join(pages, place)), { recursive: true })
  writeFileSync(join(pages, place), text)
}

rmSync(pages, { recursive: true, force: true })
rmSync(join(site, 'dist'), { recursive: true, force: true })
cpSync(join(site, 'public'), join(pages, 'public'), { recursive: true })

const texts = new Map(sources(root).map((path) => [path, readFileSync(join(root, path), 'utf8')]))
const places = placesOf([...texts.keys()])
for (const [source, text] of texts) {
  // The heading of the README is the name of all.
  const title = source === 'README.md' ? '---\ntitle: Overview\n---\n\n' : ''
  write(places.get(source) ?? '', title + sitePage(text, source, places))
}
write('index.md', sitePage(homePage(texts.get('README.md') ?? ''), 'README.md', places))

const api = apiPages(root, await reflections(root))
for (const { place, text } of api) write(`api/${place}.md`, text)

const sidebar = arranged([...texts.keys()]).map((group) => ({
  text: group.title,
  ...(!group.open && { collapsed: true }),
  items: group.pages.map((source) => ({
    text: source === 'README.md' ? 'Overview' : titleOf(texts.get(source) ?? '', source),
    link: `/${(places.get(source) ?? '').replace(/(index)?\.md$/, (_, index) => (index ? '' : '.html'))}`,
  })),
}))
const reference = sidebar.findIndex(({ text }) => text === 'Reference')
sidebar.splice(reference, 0, {
  text: 'API',
  collapsed: true,
  items: api.map(({ place, title }) => ({ text: title, link: `/api/${place === 'index' ? '' : `${place}.html`}` })),
})
writeFileSync(join(pages, 'sidebar.json'), JSON.stringify(sidebar))

await build(site)
process.stdout.write(
  `site/dist: ${texts.size + api.length + 1} pages, ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
)
