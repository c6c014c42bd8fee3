import 'reflect-metadata'
import type { Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { http, passthrough } from 'msw'
import { describe, expect, it } from 'vitest'
import { recipe } from './recipe-files.js'
import { withHosts } from './world.js'

const world = withHosts(http.all('http://127.0.0.1:*/*', () => passthrough()))

describe('the recipe for Nest', () => {
  it('injects a fetch that carries the token, and answers 503 where none can be had', async () => {
    const { AppModule } = await recipe<{ AppModule: Type }>('nest/app.module.ts')
    const app = await NestFactory.create(AppModule, { logger: false })
    await app.listen(0, '127.0.0.1')
    try {
      const answer = await fetch(`${await app.getUrl()}/orders/42`)
      expect(await answer.json()).toEqual(['a bear', 'a book'])
      expect(world.calls[0]?.url).toBe('https://api.example.com/orders/42')
    } finally {
      await app.close()
    }
  })

  it('answers what went wrong where no token can be had', async () => {
    const { AppModule } = await recipe<{ AppModule: Type }>('nest/app.module.ts')
    process.env['CLIENT_SECRET'] = 'wrong'
    const app = await NestFactory.create(AppModule, { logger: false })
    await app.listen(0, '127.0.0.1')
    try {
      const answer = await fetch(`${await app.getUrl()}/orders/42`)
      expect([answer.status, await answer.json()]).toEqual([503, { code: 'error_response' }])
    } finally {
      process.env['CLIENT_SECRET'] = 'secret'
      await app.close()
    }
  })
})
