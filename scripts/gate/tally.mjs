// node scripts/gate/tally.mjs REPORT…: one line that counts the tests of vitest's JSON reports.
import { readFileSync } from 'node:fs'

const total = { passed: 0, failed: 0, skipped: 0 }
for (const path of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(path, 'utf8'))
  total.passed += report.numPassedTests
  total.failed += report.numFailedTests
  total.skipped += report.numPendingTests + report.numTodoTests
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
// A report without tests is a run that did not happen.
if (!total.passed || total.failed) process.exitCode = 1
