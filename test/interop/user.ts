/**
 * Plays the user, who goes where a client sends them and approves.
 * @returns the callback: the URL of the client that the server sends them back to.
 */
export const approve = async (url: string | URL): Promise<string> => {
  const answer = await fetch(url, { redirect: 'manual' })
  const callback = answer.headers.get('location')
  if (callback === null) throw new Error(`the user sees a page with status ${answer.status}: ${await answer.text()}`)
  return callback
}
