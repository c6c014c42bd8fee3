/** Reads the page anew, and puts in what has changed where nobody is at work. Runs in the browser; without it, one reloads. */
export const refreshing = `
const everyMs = 2000
const told = document.getElementById('told')
const pause = document.getElementById('pause')
let paused = false
for (const element of document.querySelectorAll('[data-script]')) element.hidden = false
pause.addEventListener('click', () => {
  paused = !paused
  pause.textContent = paused ? 'Go on updating' : 'Stop updating'
  told.textContent = paused ? 'This page stands still.' : 'This page updates itself.'
})
for (const button of document.querySelectorAll('[data-copies]')) {
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).value)
    told.textContent = 'Copied.'
  })
}
const isInUse = (part) => part.contains(document.activeElement) || !getSelection().isCollapsed
const refresh = async () => {
  const answer = await fetch('/')
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(part.id)
    if (next && next.innerHTML !== part.innerHTML && !isInUse(part)) part.replaceChildren(...next.childNodes)
  }
}
const goOn = async () => {
  try {
    if (!paused && !document.hidden) await refresh()
    if (told.dataset.gone) told.textContent = 'This page updates itself.'
    delete told.dataset.gone
  } catch {
    told.dataset.gone = 'yes'
    told.textContent = 'The mock does not answer any more.'
  }
  setTimeout(goOn, everyMs)
}
setTimeout(goOn, everyMs)
`
