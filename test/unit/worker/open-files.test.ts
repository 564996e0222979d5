import { expect, test } from 'vitest';
import { openFilesAdvice, openFilesLimit } from '../../../src/worker/start/open-files.ts';

const defaults = { activities: 40, clusters: 32 };

test('a worker that may open too few files says how many it takes, and what to do', () => {
  expect(openFilesAdvice(1_024, defaults)).toMatch(
    /may open 1024 files, and takes up to 3780 .* Raise the limit .* or lower these settings/,
  );
});

test('a worker that may open enough, or does not know, says nothing', () => {
  expect(openFilesAdvice(1_048_576, defaults)).toBeUndefined();
  expect(openFilesAdvice(undefined, defaults)).toBeUndefined();
});

test('smaller settings take fewer files', () => {
  expect(openFilesAdvice(2_600, { activities: 10, clusters: 8 })).toBeUndefined();
});

test.runIf(process.platform === 'linux')('the limit of this process is a number', async () => {
  expect(await openFilesLimit()).toBeGreaterThan(100);
});
