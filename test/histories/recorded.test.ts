import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { version } from '../../src/version.ts';
import { leftOut, recordedTests, testsDirectory, withoutHistory } from './record/files.ts';
import { recordedReleases, scenarioFiles } from './scenarios.ts';

// When the version was raised after a tag, nothing of it is recorded until it is released.
describe.runIf(recordedReleases().includes(version))('What is recorded of the present version', () => {
  test('has histories of every file of tests that a recording runs', () => {
    const missing = withoutHistory(recordedTests(), scenarioFiles(version));
    const remedy = 'record them, npm run record:histories, or say in record/files.ts why none is needed';
    expect(missing, `No history of these is kept: ${remedy}`).toEqual([]);
  });
});

describe('A file of tests', () => {
  test('without a history is named', () => {
    const kept = ['concurrency/lane/holds.json.gz', 'workflows/soak.json.gz'];
    const tests = ['concurrency/holds', 'concurrency/lane/holds', 'workflows/soak'];
    expect(withoutHistory(tests, kept)).toEqual(['concurrency/holds']);
  });

  test('is looked for in every folder that is recorded, unless it is left out', () => {
    const tests = recordedTests();
    expect(tests).toContain('concurrency/lane/holds');
    expect(tests).toContain('workflows/promotion');
    expect(tests.filter((file) => /worker|step-memory/.test(file))).toEqual([]);
  });

  test.each(leftOut)('that is left out is there, and nothing of it is kept: $files', ({ files }) => {
    const name = files.replace(/\/\*\*$/, '');
    expect(existsSync(join(testsDirectory, name))).toBe(true);
    const kept = recordedReleases().flatMap(scenarioFiles);
    expect(kept.filter((file) => file.startsWith(name.replace(/\.test\.ts$/, '')))).toEqual([]);
  });
});
