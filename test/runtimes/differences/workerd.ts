import type { Difference } from './difference.ts'

export const inWorkerd: readonly Difference[] = [
  {
    why: 'a request waits for no promise of another',
    file: 'test/fetch/refusals.test.ts',
    tests: ['with the sources of a client > a token that was revoked is renewed once, however many calls learn of it'],
  },
  {
    why: 'a request waits for no promise of another',
    file: 'test/jwt/id-token.test.ts',
    tests: ['the keys of a server > are read once for many logins, at once or one after another'],
  },
  {
    why: 'a request waits for no promise of another',
    file: 'test/opentelemetry/metrics.test.ts',
    tests: ['the metrics of a client > count one renewal, of one request, for a hundred callers'],
  },
  {
    why: 'a request waits for no promise of another',
    file: 'test/opentelemetry/spans.test.ts',
    tests: ['the spans of a client > are one renewal for a hundred callers, below the first of them'],
  },
  {
    why: 'a request waits for no promise of another',
    file: 'test/protocol/discovery-cache.test.ts',
    tests: [
      'a discovered document > is read once for many who ask at the same time, one of whom may leave',
      'a discovered document > that could not be had is a failure of its own for each who asked',
    ],
  },
  {
    why: 'a request waits for no promise of another',
    file: 'test/tokens/failures.test.ts',
    tests: ['a definitive failure > is told to each waiter with a stack of its own'],
  },
  {
    why: 'a request waits for no promise of another',
    file: 'test/tokens/given-sources.test.ts',
    tests: ['a source of exchanged tokens > renews once for a 401 (`rejected`)'],
  },
  {
    why: 'a request waits for no promise of another',
    file: 'test/tokens/renew-ahead.test.ts',
    tests: [
      'a lifetime > of 0 s is served once to those who waited',
      'a lifetime > of -5 s is served once to those who waited',
    ],
  },
  {
    why: 'a request waits for no promise of another',
    file: 'test/tokens/session.test.ts',
    tests: ['sessions > are one a key'],
  },
  {
    why: 'a request waits for no promise of another',
    file: 'test/tokens/shared-failures.test.ts',
    tests: ['a store that hangs > makes a session wait that is told to'],
  },
  {
    why: 'a request waits for no promise of another',
    file: 'test/tokens/single-flight.test.ts',
    tests: [
      '10,000 callers',
      'two sources of one client > share parameters in any order',
      'two sources of one client > share what is asked for, whatever is there as undefined',
      'an abort > of one caller leaves the flight to the others',
      'an abort > of the last caller cancels the request',
      'a flight that failed > gives a thousand waiters errors of their own',
    ],
  },
  {
    why: 'callers wait for a renewal: nothing goes on behind an answer',
    file: 'test/tokens/events.test.ts',
    tests: ['what is around a renewal > costs nobody a token that is still good when it throws'],
  },
  {
    why: 'callers wait for a renewal: nothing goes on behind an answer',
    file: 'test/tokens/failures.test.ts',
    tests: [
      'a passing failure > of a 429 keeps the valid token served',
      'a passing failure > of a connection refused keeps the valid token served',
      'a refresh whose answer was lost > by a time-out is not sent again while the token is valid',
    ],
  },
  {
    why: 'callers wait for a renewal: nothing goes on behind an answer',
    file: 'test/tokens/given-sources.test.ts',
    tests: ['a source of exchanged tokens > renews ahead of expiry while the valid token is served'],
  },
  {
    why: 'callers wait for a renewal: nothing goes on behind an answer',
    file: 'test/tokens/renew-ahead.test.ts',
    tests: [
      'a source > renews half before the end where the answers are slow',
      'a source > renews margin and one and a half answers before the end',
      'a source > serves the valid token while it renews it',
      'a source > starts the renewal from current() too',
      'a lifetime > of 1 s is renewed ahead all the same',
    ],
  },
  {
    why: 'callers wait for a renewal: nothing goes on behind an answer',
    file: 'test/tokens/shared-session.test.ts',
    tests: ['a shared session > whose background renewal begins tells `waitUntil` of it'],
  },
  {
    why: 'callers wait for a renewal: nothing goes on behind an answer',
    file: 'test/tokens/warm.test.ts',
    tests: ['prefetch > sleeps no longer than a timer can, and keeps no process alive'],
  },
  {
    why: 'it writes any method in capitals',
    file: 'test/dpop/fetch.test.ts',
    tests: ['bearerFetch with a token that is bound to a key > names the method search as fetch sends it'],
  },
  {
    why: 'there are no files',
    file: 'test/opentelemetry/told.test.ts',
    tests: [
      'what telemetry has of every flow, with every answer > is in the table of metrics, and all that is in the table is told',
      'what telemetry has of every flow, with every answer > is in the table of spans, and all that is in the table is told',
      'what telemetry has of every flow, with every answer > is explained, attribute by attribute',
    ],
  },
  {
    why: 'vitest cannot count its timers',
    file: 'test/core/clock.test.ts',
    tests: [
      'the clock of the system > is woken by an abort, and leaves no timer that keeps a process alive',
      'the clock of the system > does not fall asleep after an abort',
    ],
  },
]
