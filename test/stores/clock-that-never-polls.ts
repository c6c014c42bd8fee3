import { type Clock, systemClock } from '../../src/core/clock.js'

/** Who waits by it waits for ever, unless woken; what it does while nobody waits takes its time. */
export const clockThatNeverPolls: Clock = {
  now: Date.now,
  sleep: (ms, signal, idle) => systemClock.sleep(idle ? ms : 1e9, signal, idle),
}
