/** The look of every page: in light and in dark, on a telephone and on a wide screen. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #fbf8f3; --card: #fff; --text: #241c14; --quiet: #6a5b4b; --line: #ddd2c4; --edge: #94836f;
  --accent: #7c4a12; --on-accent: #fff; --bad: #a11d12; --bad-ground: #fdecea; --good: #1d6b34;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #17130f; --card: #211b16; --text: #f3ece3; --quiet: #bcae9d; --line: #41372d; --edge: #8d7d6b;
    --accent: #f2b866; --on-accent: #241804; --bad: #ff9d92; --bad-ground: #3a1d19; --good: #8ad7a0;
  }
}
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
h1, h2, p, dl, dd, ul { margin: 0; padding: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.3; }
a { color: var(--accent); text-underline-offset: .15em; }
code, .code { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: .9em; overflow-wrap: anywhere; }
main { display: grid; gap: 1.25rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
.narrow { max-width: 31rem; }
@media (min-width: 40rem) { .narrow { padding-top: 4rem; } }
.wide { max-width: 82rem; grid-template-columns: minmax(0, 1fr); }
.card { display: grid; gap: 1rem; padding: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  grid-template-columns: minmax(0, 1fr); align-content: start; }
.quiet { color: var(--quiet); }
.quiet { font-size: .9rem; }
.problem { padding: .75rem 1rem; background: var(--bad-ground); color: var(--bad); border-radius: .5rem; }
.bad { color: var(--bad); }
.good { color: var(--good); }
.brand { font-weight: 600; }
.plain { list-style: none; display: grid; gap: .5rem; }
.chips { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem; }
.chips li { padding: .1rem .55rem; border: 1px solid var(--line); border-radius: 1rem; overflow-wrap: anywhere; }
pre { margin: 0; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; }
dl { display: grid; gap: .75rem; }
dt { font-size: .9rem; color: var(--quiet); }
dd { overflow-wrap: anywhere; }
form { display: grid; gap: 1rem; }
form.inline { display: inline-flex; gap: .5rem; }
label { font-weight: 600; }
.field { display: grid; gap: .3rem; }
input, select, button { font: inherit; color: inherit; min-height: 2.75rem; border-radius: .5rem; border: 1px solid var(--edge); }
input, select { width: 100%; padding: .4rem .75rem; background: var(--ground); }
.user-code { font-size: 1.6rem; letter-spacing: .12em; font-weight: 600; }
button { padding: .4rem 1.1rem; background: transparent; cursor: pointer; font-weight: 600; }
button:hover { text-decoration: underline; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.small { min-height: 2rem; padding: .1rem .7rem; font-size: .9rem; font-weight: 400; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
.row > .grow { flex: 1 1 10rem; }
.between { justify-content: space-between; }
.decide > button { flex: 1 1 8rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; }
nav a { display: inline-block; padding: .35rem 0; }
[hidden] { display: none !important; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
caption { text-align: left; padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: baseline; padding: .45rem .9rem .45rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { border-top: 0; color: var(--quiet); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
td:empty::after { content: '–'; color: var(--quiet); }
.short { white-space: nowrap; overflow-wrap: normal; }
@media (max-width: 52rem) {
  table, tbody, tr, th, td, caption { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { padding: .6rem 0; border-top: 1px solid var(--line); }
  th, td { border: 0; padding: .1rem 0; }
  td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .5rem; }
  td::before { content: attr(data-label); color: var(--quiet); }
  td:empty { display: none; }
}
`
