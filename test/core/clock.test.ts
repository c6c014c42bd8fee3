import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/core/clock.js'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const month = 30 * 24 * 3600 * 1000

describe('the clock of the system', () => {
  it('sleeps as long as it is told', async () => {
    const awake = vi.fn()
    systemClock.sleep(1000).then(awake)
    await vi.advanceTimersByTimeAsync(999)
    expect(awake).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(awake).toHaveBeenCalled()
  })

  it('is not woken at once by a time that no timer can hold', async () => {
    const timer = vi.spyOn(globalThis, 'setTimeout')
    systemClock.sleep(month)
    expect(timer.mock.calls[0]?.[1]).toBe(2 ** 31 - 1)
  })

  it('is woken by an abort, and leaves no timer that keeps a process alive', async () => {
    const controller = new AbortController()
    const slept = systemClock.sleep(month, controller.signal)
    controller.abort(new Error('enough'))
    await expect(slept).rejects.toThrow('enough')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not fall asleep after an abort', async () => {
    await expect(systemClock.sleep(month, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves nothing on a signal that outlives the sleep', async () => {
    const { signal } = new AbortController()
    const removed = vi.spyOn(signal, 'removeEventListener')
    const slept = systemClock.sleep(1, signal)
    await vi.advanceTimersByTimeAsync(1)
    await slept
    expect(removed).toHaveBeenCalledOnce()
  })
})
