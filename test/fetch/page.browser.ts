import { expect, it } from 'vitest'
import { bearerFetch } from '../../src/index.js'
import { ok, sourceOf, unauthorized, wire } from './wire.js'

const { origin } = location

it('takes a URL that is relative to the page', async () => {
  const { seen, fetch } = wire(ok(), ok())
  const api = bearerFetch(sourceOf('at'), { origins: [origin], fetch })
  await api('/things')
  expect(seen).toMatchObject([{ url: `${origin}/things`, authorization: 'Bearer at' }])
})

it('takes it as the page does, where a base element leads elsewhere', async () => {
  const base = document.createElement('base')
  base.href = 'https://elsewhere.example/'
  document.head.append(base)
  try {
    const { seen, fetch } = wire()
    const api = bearerFetch(sourceOf('at'), { origins: [origin], fetch })
    await expect(api('things')).rejects.toMatchObject({ code: 'origin_refused' })
    expect(seen).toEqual([])
  } finally {
    base.remove()
  }
})

it('sends a Request again with its body', async () => {
  const { seen, fetch } = wire(unauthorized(), ok())
  const api = bearerFetch(sourceOf('old', 'new'), { origins: [origin], fetch })
  await api(new Request('/things', { method: 'POST', body: 'kept' }))
  expect(seen.map(({ body, authorization }) => [body, authorization])).toEqual([
    ['kept', 'Bearer old'],
    ['kept', 'Bearer new'],
  ])
})

it('waits for the copy of a body that was sent faster than it was read', async () => {
  const bodies: string[] = []
  const fetch: typeof globalThis.fetch = async (_, init) => {
    bodies.push(init?.body instanceof Blob ? await init.body.text() : '')
    return bodies.length === 1 ? unauthorized() : ok()
  }
  const source = sourceOf('old', 'new')
  const api = bearerFetch(source, { origins: [origin], fetch })
  expect((await api(new Request('/things', { method: 'POST', body: 'kept' }))).status).toBe(200)
  expect(bodies).toEqual(['', 'kept'])
})

it('over the wire gets what it asked for', async () => {
  const response = await bearerFetch(sourceOf('at'), { origins: [origin] })(location.href)
  expect(response.status).toBe(200)
})
