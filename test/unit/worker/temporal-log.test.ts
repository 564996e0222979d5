import type { Logger } from 'pino';
import { expect, it } from 'vitest';
import { temporalLogger } from '../../../src/worker/temporal-log.ts';

function written() {
  const lines: unknown[] = [];
  const write = (fields: object, message: string) => void lines.push({ ...fields, message });
  const log = { trace: write, debug: write, info: write, warn: write, error: write } as unknown as Logger;
  return { lines, logger: temporalLogger(log) };
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
