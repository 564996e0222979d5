import { readFileSync } from 'node:fs';

/** Reads how many tests passed and failed, and what is to be said of each that failed. */
export function readReport({ kind, file }) {
  const text = readFileSync(file, 'utf8');
  return kind === 'go' ? ofGo(text) : ofVitest(JSON.parse(text));
}

/** A file that cannot be loaded has no tests to count: it counts as one that failed. */
function ofVitest({ numPassedTests, testResults }) {
  const unloadable = testResults.filter(({ status, assertionResults }) => {
    return status === 'failed' && assertionResults.length === 0;
  });
  const failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${name}: ${fullName}\n  ${failureMessages.join('\n').slice(0, 2000)}`),
  );
  const failures = [...unloadable.map(({ name, message }) => `${name}\n  ${message}`), ...failed];
  return { passed: numPassedTests, failed: failures.length, failures };
}

function ofGo(text) {
  const lines = text.split('\n').filter((line) => line !== '');
  const events = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const ended = (action) => events.filter((event) => event.Test && event.Action === action);
  const said = events.map(({ Output = '' }) => Output).join('');
  const broken = ended('fail').map(({ Package, Test }) => `${Package}: ${Test}`);
  const others = lines.filter((line) => !line.startsWith('{'));
  const isBroken = broken.length > 0 || events.some(({ Action }) => Action === 'fail' || Action === 'build-fail');
  return {
    passed: ended('pass').length,
    failed: broken.length,
    // The whole is what a person would have seen.
    failures: isBroken ? [...broken, said, ...others] : [],
  };
}
