import type { Logger } from 'pino';
import { expect, it } from 'vitest';
import { type LogWatch, temporalLogger } from '../../../src/worker/temporal-log.ts';

const watch: LogWatch = { hide: (text) => text, look: () => undefined };

function written(more: Partial<LogWatch> = {}) {
  const lines: unknown[] = [];
  const write = (fields: object, message: string) => void lines.push({ ...fields, message });
  const log = { trace: write, debug: write, info: write, warn: write, error: write } as unknown as Logger;
  return { lines, logger: temporalLogger(log, { ...watch, ...more }) };
}

it('A failure of the same task is told once, another one and that of another run again', () => {
  const { lines, logger } = written();
  const failing = (runId: string, failure: string) => logger.warn('Failing workflow task', { runId, failure });
  for (let attempt = 0; attempt < 5; attempt += 1) failing('a', 'version 2');
  failing('a', 'version 3');
  failing('b', 'version 2');
  failing('a', 'version 2');
  expect(lines).toEqual([
    { runId: 'a', failure: 'version 2', message: 'Failing workflow task' },
    { runId: 'a', failure: 'version 3', message: 'Failing workflow task' },
    { runId: 'b', failure: 'version 2', message: 'Failing workflow task' },
  ]);
});

it('Anything else is told as often as it comes, and no field is long', () => {
  const { lines, logger } = written();
  for (let time = 0; time < 2; time += 1) logger.warn('a poll failed', { why: 'x'.repeat(100_000) });
  expect(lines).toHaveLength(2);
  expect(JSON.stringify(lines).length).toBeLessThan(5_000);
});

it('An error is told by its message, and no entry has a secret', () => {
  const seen: string[] = [];
  const { lines, logger } = written({
    hide: (text) => text.replaceAll('s3cret', '***'),
    look: ({ message }) => void seen.push(message),
  });
  logger.error('Worker failed: Bearer s3cret', { error: new Error('refused: Bearer s3cret'), target: 'core' });
  expect(lines).toEqual([{ error: 'refused: Bearer ***', target: 'core', message: 'Worker failed: Bearer ***' }]);
  expect(seen).toEqual(['Worker failed: Bearer s3cret']);
});
