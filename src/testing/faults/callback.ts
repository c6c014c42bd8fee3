/** The redirect to a client with other parameters, if the answer is one. */
export const withCallback = (answer: Response, change: (response: URLSearchParams) => void): Response => {
  const callback = URL.parse(answer.headers.get('location') ?? '')
  if (!callback) return answer
  const response = new URLSearchParams(callback.search)
  change(response)
  callback.search = `${response}`
  const headers = new Headers(answer.headers)
  headers.set('location', callback.href)
  return new Response(answer.body, { status: answer.status, headers })
}
