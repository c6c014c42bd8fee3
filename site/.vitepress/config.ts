import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { diagrams } from '../diagrams/fences.ts'
import { slug } from '../slug.ts'
import { wideTables } from '../wide-tables.ts'
import { searchBox } from './search-box.ts'

const sidebar = fileURLToPath(new URL('../pages/sidebar.json', import.meta.url))

export default defineConfig({
  title: 'bearward',
  description:
    'An OAuth 2.0 client that always has a valid access token in hand, and a strict mock authorization server',
  lang: 'en',
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: 'node_modules/.vitepress',
  base: process.env['SITE_BASE'] ?? '/',
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${process.env['SITE_BASE'] ?? '/'}favicon.svg` }],
    ['meta', { name: 'theme-color', content: '#8a4b08' }],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: slug },
    config: (md) => {
      wideTables(md)
      diagrams(md)
    },
  },
  vite: {
    plugins: [searchBox],
    resolve: {
      alias: [
        {
          find: /^.*\/VPSidebarItem\.vue$/,
          replacement: fileURLToPath(new URL('theme/sidebar-group.ts', import.meta.url)),
        },
      ],
    },
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Start', link: '/overview' },
      { text: 'API', link: '/api/' },
      { text: 'Errors', link: '/errors' },
      { text: 'Concurrency', link: '/concurrency' },
    ],
    sidebar: existsSync(sidebar) ? JSON.parse(readFileSync(sidebar, 'utf8')) : [],
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          options: {
            // A code such as invalid_grant is a word, and so is each part of it. In a browser this function stands alone.
            tokenize: (text) =>
              text
                .split(/[^\p{L}\p{N}_]+/u)
                .flatMap((word) => (word.includes('_') ? [word, ...word.split('_')] : word)),
          },
        },
      },
    },
    externalLinkIcon: true,
  },
})
