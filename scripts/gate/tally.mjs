// node scripts/gate/tally.mjs REPORT…: what failed in vitest's JSON reports, and one line that counts their tests.
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const total = { passed: 0, failed: 0, skipped: 0 }
let isGreen = true

const tell = (title, message) => {
  isGreen = false
  const beginning = stripVTControlCharacters(message).slice(0, 600).trim()
  console.log([`FAILED: ${title}`, ...beginning.split('\n')].join('\n    '))
}

for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    tell(path, 'The run has left no report.')
    continue
  }
  const report = JSON.parse(readFileSync(path, 'utf8'))
  total.passed += report.numPassedTests
  total.failed += report.numFailedTests
  total.skipped += report.numPendingTests + report.numTodoTests
  // A report without tests is a run that did not happen.
  if (!report.numPassedTests) tell(path, 'No test has passed.')
  for (const { name, status, message, assertionResults } of report.testResults) {
    const file = relative('', name)
    const failures = assertionResults.filter((test) => test.status === 'failed')
    for (const { fullName, failureMessages } of failures) tell(`${file}: ${fullName}`, failureMessages.join('\n'))
    if (status === 'failed' && !failures.length) tell(file, message || 'What is done before or after its tests failed.')
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
if (!isGreen) process.exitCode = 1
