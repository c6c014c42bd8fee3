import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { storeContract } from 'bearward/testing'
import { startWorld, type World } from './world.ts'

describe('the store of Durable Objects', () => {
  let world: World
  before(async () => {
    world = await startWorld()
  })
  after(() => world.close())

  for (const { name } of storeContract) {
    it(name, async () => assert.equal(await world.isolates[0].command('contract', name), 'kept'))
  }

  it('frees the lock of a request that is over', async () => {
    const [one, two] = world.isolates
    assert.equal(await one.command('abandon', 'key'), 'abandoned')
    assert.equal(await two.command('enter', 'key'), 'entered')
  })
})
