import type { Clock } from '../core/clock.js'
import { OAuthError } from '../core/errors.js'
import { withinMs } from '../core/waiting.js'
import { withoutValues } from './bare-failure.js'

/** What the store needs of `Redis` and `Cluster` of ioredis. */
export interface IoredisClient {
  readonly status: string
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
}

/** What the store needs of a client, cluster, sentinel or pool of node-redis (the package `redis`). */
export interface NodeRedisClient {
  readonly isOpen: boolean
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** What the store needs of a second connection of ioredis that hears what is published. */
export interface IoredisSubscriber {
  readonly status: string
  subscribe(channel: string): Promise<unknown>
  on(event: string, listener: (...heard: string[]) => void): unknown
}

/** What the store needs of a second connection of node-redis that hears what is published. */
export interface NodeRedisSubscriber {
  readonly isOpen: boolean
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
  on(event: string, listener: () => void): unknown
}

/** Runs a Lua script over one key. */
export type Run = (script: string, key: string, ...values: string[]) => Promise<unknown>

/**
 * Hears what is published on a channel, and is told whenever a connection has been made anew.
 * @returns what subscribes; it may be called again at any time.
 */
export type Tune = (channel: string, hear: (message: string) => void, renewed: () => void) => () => Promise<unknown>

/** Both have an `eval` and a `subscribe`, of other arguments: what tells them apart is how they say whether they are connected. */
const isNodeRedis = <NodeRedis extends { readonly isOpen: boolean }>(
  client: NodeRedis | { readonly status: string },
  method: 'eval' | 'subscribe',
  option: string,
): client is NodeRedis => {
  const { isOpen, status, [method]: call } = (client ?? {}) as Readonly<Record<string, unknown>>
  if (typeof call === 'function' && typeof isOpen === 'boolean') return true
  if (typeof call === 'function' && typeof status === 'string') return false
  throw new OAuthError('invalid_argument', `${option} must be a client of ioredis or node-redis`)
}

export const runnerOf = (client: IoredisClient | NodeRedisClient, timeoutMs: number, clock: Clock): Run => {
  const run: Run = isNodeRedis<NodeRedisClient>(client, 'eval', 'client')
    ? (script, key, ...values) => client.eval(script, { keys: [key], arguments: values })
    : (script, key, ...values) => client.eval(script, 1, key, ...values)
  return async (...call) => {
    const late = () => {
      throw new Error(`Redis did not answer within ${timeoutMs} ms`)
    }
    return withinMs(timeoutMs, clock, run(...call).catch(withoutValues), late, false)
  }
}

export const tunerOf = (client: IoredisSubscriber | NodeRedisSubscriber): Tune =>
  isNodeRedis<NodeRedisSubscriber>(client, 'subscribe', 'subscriber')
    ? (channel, hear, renewed) => {
        // A cluster tells of each of its nodes.
        for (const event of ['ready', 'node-ready']) client.on(event, renewed)
        return async () => client.subscribe(channel, hear)
      }
    : (channel, hear, renewed) => {
        for (const event of ['ready', '+node']) client.on(event, renewed)
        client.on('message', (from, message) => {
          if (from === channel && message !== undefined) hear(message)
        })
        return async () => client.subscribe(channel)
      }
