import { withBase } from 'vitepress'
import DefaultTheme from 'vitepress/theme'
import { h } from 'vue'
import './style.css'

const notFound = () =>
  h('main', { class: 'nowhere' }, [
    h('img', { src: withBase('/logo.svg'), alt: '', width: 96, height: 96 }),
    h('h1', 'This page is not here'),
    h('p', 'It was moved, or it never was. The search knows all that are.'),
    h('p', [h('a', { href: withBase('/') }, 'To the first page')]),
  ])

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { 'not-found': notFound }),
}
