import { answers } from './answers.js'
import { callbacks } from './callbacks.js'
import { headers } from './headers.js'
import { idTokenTargets } from './id-tokens.js'
import { mockTargets } from './mock.js'
import { stores } from './stores.js'
import type { Target } from './target.js'
import { texts } from './texts.js'

/** Every parser of this library that is given what somebody else has written. */
export const targets: readonly Target[] = [
  ...[...answers, ...headers, ...callbacks, ...idTokenTargets, ...stores, ...texts, ...mockTargets],
]
