// Adds up vitest's JSON reports, named as arguments: the tests that failed, by name, with the first
// lines of what they said, then "N passed, N failed".
import { readFileSync } from 'node:fs';

// Lines of each failure's message that are repeated; the whole of it stands where it happened.
const MESSAGE_LINES = 12;

let passed = 0;
let failed = 0;

function tell(what, message) {
  console.log(`failed: ${what}`);
  for (const line of String(message ?? '')
    .split('\n')
    .slice(0, MESSAGE_LINES)) {
    console.log(`    ${line}`);
  }
}

for (const path of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const file of report.testResults) {
    // A file that could not even be loaded has no tests that could have failed.
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      failed++;
      tell(file.name, file.message);
    }
    for (const test of file.assertionResults) {
      if (test.status === 'failed') {
        tell(`${file.name}: ${test.fullName}`, test.failureMessages?.[0]);
      }
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
