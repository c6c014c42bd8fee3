import type { Difference } from './difference.ts'

/** In Bun and in Deno alike. */
export const unlikeNode: readonly Difference[] = [
  {
    why: 'its fetch fails with other words, or takes a body that broke off for the whole',
    file: 'test/command/inspect.test.ts',
    tests: [
      'bearward inspect > ends with 1 where the key set of the server breaks off, and says so',
      'bearward inspect > ends with 1 where the key set of the server is elsewhere, and says so',
    ],
  },
  {
    why: 'its fetch fails with other words, or takes a body that broke off for the whole',
    file: 'test/command/mock.test.ts',
    tests: ['a bad day > is scripted by --fault, in the log and in the summary'],
  },
  {
    why: 'removing a folder is one step',
    file: 'test/stores/file-interrupted.test.ts',
    tests: [
      'a process that is interrupted before each of its steps > and killed, has done all of "delete" or nothing, and left no lock and no rubbish',
      'a process that is interrupted before each of its steps > and killed, has done all of "lock" or nothing, and left no lock and no rubbish',
      'a process that is interrupted before each of its steps > and stopped in "delete" while others go on, wins or loses, and loses nothing of theirs',
    ],
  },
]
