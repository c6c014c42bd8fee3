import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { PoolOptions, PoolWorker, WorkerRequest } from 'vitest/node'

const entry = fileURLToPath(new URL('thread.ts', import.meta.url))

let thread: Worker | undefined
let isStarted = false

/** Ends the thread: the next run has a fresh one. */
export const retire = async (): Promise<void> => {
  const old = thread
  thread = undefined
  isStarted = false
  await old?.terminate()
}

/**
 * A worker of vitest that outlives a run: what the tests import is loaded once, which takes most of the time of a run. A run
 * starts and stops it as any; it hears of the first start alone, and of each configuration with the run that it is for.
 */
export class LastingThread implements PoolWorker {
  readonly name = 'lasting'
  readonly #events = new EventEmitter()
  readonly #options: PoolOptions
  #config: object | undefined

  constructor(options: PoolOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    thread ??= new Worker(entry, { env: this.#options.env as NodeJS.ProcessEnv, execArgv: this.#options.execArgv })
    thread.on('message', this.#onMessage).on('error', this.#onError)
  }

  async stop(): Promise<void> {
    thread?.off('message', this.#onMessage).off('error', this.#onError)
  }

  on(event: string, callback: (...given: unknown[]) => void): void {
    this.#events.on(event, callback)
  }

  off(event: string, callback: (...given: unknown[]) => void): void {
    this.#events.off(event, callback)
  }

  deserialize(message: unknown): unknown {
    return message
  }

  send(message: WorkerRequest): void {
    if (message.type === 'start') this.#config = message.context.config
    if (message.type === 'run') Object.assign(message.context, { config: this.#config })
    if (message.type === 'stop') this.#respond('stopped')
    else if (message.type === 'start' && isStarted) this.#respond('started')
    else thread?.postMessage(message)
    isStarted ||= message.type === 'start'
  }

  readonly #onMessage = (message: unknown) => this.#events.emit('message', message)
  readonly #onError = (error: unknown) => this.#events.emit('error', error)
  readonly #respond = (type: 'started' | 'stopped') =>
    queueMicrotask(() => this.#events.emit('message', { type, __vitest_worker_response__: true }))
}
