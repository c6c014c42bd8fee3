/** The first page, of the beginning of the README: its sentences and its first two snippets. */

const cards: readonly { readonly title: string; readonly text: string; readonly link: string }[] = [
  {
    title: 'Nobody waits for a token',
    text: 'A token is renewed ahead of its expiry, while the valid one is served. No timers: a laptop may sleep.',
    link: 'docs/guides/service.md#what-happens-to-the-token',
  },
  {
    title: 'One renewal, however many want it',
    text: 'Callers, processes, machines and tabs share one. No refresh token goes out twice.',
    link: 'docs/concurrency.md',
  },
  {
    title: 'Only a definitive answer ends a session',
    text: '`invalid_grant` does. A timeout, a 503 or a page of HTML does not: every fault was met by every call.',
    link: 'docs/faults.md',
  },
  {
    title: 'A token goes only where it belongs',
    text: 'The `fetch` knows its origins and denies all others, also when it is redirected.',
    link: 'docs/guides/fetch.md',
  },
  {
    title: 'Secrets never print',
    text: 'Not in an error or its cause, not in an event, not when a client or a store is inspected.',
    link: 'docs/SECURITY.md',
  },
  {
    title: 'Tested without a network',
    text: 'A strict authorization server in memory, which misbehaves in every way that real ones do.',
    link: 'docs/guides/testing.md',
  },
]

const snippet = /^```ts\n[\s\S]*?^```$/m

export const homePage = (readme: string): string => {
  const beginning = readme.slice(0, readme.indexOf('\n## '))
  const [title = '', pitch = ''] = beginning.split('\n\n')
  const first = snippet.exec(beginning)?.[0]
  if (!first) throw new Error('the README does not begin with a snippet')
  const after = beginning.slice(beginning.indexOf(first) + first.length).trim()
  return `---
layout: home
title: bearward
titleTemplate: An OAuth 2.0 client that always has a valid token
---

<main>
<section class="hero"><div class="pitch">
<img class="bear" src="/logo.svg" alt="" width="72" height="72">

${title}

<p class="tagline">An OAuth 2.0 client that always has a valid token in hand</p>

${pitch}

<p class="ways"><a class="way first" href="./overview.html#five-minutes">First steps</a><a class="way" href="./api/index.html">API</a></p>

\`\`\`sh
npm install bearward
\`\`\`

</div><div class="snippet">

${first}

</div></section>

<section class="cards">

${cards.map(({ title, text, link }) => `<div class="card">\n\n## [${title}](${link})\n\n${text}\n\n</div>`).join('\n\n')}

</section>

<section class="more">

## From a token to a session

${after}

</section>

</main>
`
}
