// What is for Node alone, in a page: every bundler must say so.
import { fileStore } from 'bearward/file'

globalThis.run = async () => fileStore({ directory: 'tokens' })
