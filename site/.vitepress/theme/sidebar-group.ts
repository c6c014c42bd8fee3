import { useData, withBase } from 'vitepress'
import type { DefaultTheme } from 'vitepress/theme'
import { computed, defineComponent, h, type PropType, ref, type VNode, watch } from 'vue'

/** The source of the page that a link leads to. */
const pageOf = (link = ''): string =>
  link
    .slice(1)
    .replace(/\.html$/, '.md')
    .replace(/(^|\/)$/, '$1index.md')

/**
 * A group of the sidebar, in place of the theme's own, in which one button is inside another: its title is a heading, with a real
 * button where it opens and shuts, and its links are a list.
 */
export default defineComponent({
  props: {
    item: { type: Object as PropType<DefaultTheme.SidebarItem>, required: true },
    depth: { type: Number, required: true },
  },
  setup({ item }) {
    const { page } = useData()
    const isCurrent = (link?: string): boolean => pageOf(link) === page.value.relativePath
    const hasCurrent = computed(() => item.items?.some(({ link }) => isCurrent(link)) ?? false)
    const open = ref(!item.collapsed || hasCurrent.value)
    watch(hasCurrent, (has) => {
      if (has) open.value = true
    })
    const toggle = (): void => {
      open.value = !open.value
    }
    const title = (): VNode | string | undefined =>
      item.collapsed === undefined
        ? item.text
        : h('button', { type: 'button', 'aria-expanded': open.value, onClick: toggle }, [
            item.text,
            h('span', { class: ['vpi-chevron-right', 'caret', { open: open.value }] }),
          ])
    const link = ({ text, link: to }: DefaultTheme.SidebarItem): VNode =>
      h('li', { key: to ?? '' }, [
        h(
          'a',
          { class: 'sidebar-link', href: withBase(to ?? ''), 'aria-current': isCurrent(to) ? 'page' : undefined },
          text,
        ),
      ])
    return () =>
      h('section', { class: 'sidebar-group' }, [
        h('h2', { class: 'sidebar-title' }, title()),
        h('ul', { style: { display: open.value ? undefined : 'none' } }, item.items?.map(link)),
      ])
  },
})
