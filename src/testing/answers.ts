/** RFC 6749 §5.1: an answer that holds a token or an error must stay in no cache. */
const uncached = { 'cache-control': 'no-store', pragma: 'no-cache' }

export type Json = Readonly<Record<string, unknown>>

export const jsonAnswer = (status: number, json: Json, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(json), {
    status,
    headers: { 'content-type': 'application/json', ...uncached, ...headers },
  })

export const pageAnswer = (status: number, text: string): Response =>
  new Response(`<!doctype html><title>Error</title><p>${text}</p>`, {
    status,
    headers: { 'content-type': 'text/html;charset=utf-8', ...uncached },
  })

export const redirectAnswer = (location: string, status = 302): Response =>
  new Response(null, { status, headers: { location, ...uncached } })

export const emptyAnswer = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(null, { status, headers: { ...uncached, ...headers } })
