import type { RuntimeName } from '../runtimes.ts'
import { inBun } from './bun.ts'
import { inChromium } from './chromium.ts'
import { whereConfined } from './confined.ts'
import { inDeno } from './deno.ts'
import type { Difference } from './difference.ts'
import { unlikeNode } from './unlike-node.ts'
import { inWorkerd } from './workerd.ts'

/** What differs in each runtime; where nothing does, it is not among them. */
export const differences: { readonly [name in RuntimeName]?: readonly Difference[] } = {
  bun: [...unlikeNode, ...inBun],
  deno: [...unlikeNode, ...inDeno],
  workerd: [...whereConfined, ...inWorkerd],
  chromium: [...whereConfined, ...inChromium],
}
