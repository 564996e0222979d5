import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { describe, expect, test } from 'vitest';
import { asActivity } from '../../src/activities/as-activity.ts';
import { currentAttempt } from '../../src/activities/step-attempt.ts';
import { stillWaiting } from '../../src/activities/still-waiting.ts';
import { Failure } from '../../src/failure.ts';
import { readHeartbeat } from '../../src/temporal/heartbeat.ts';
import { runOnDevServer } from '../support/temporal.ts';
import type * as workflows from './support/waiting-step.ts';

const workflowsPath = fileURLToPath(new URL('./support/waiting-step.ts', import.meta.url));

/** A waiting step that is done at its fourth attempt; each attempt notes what it was told. */
function countingStep() {
  const seen: unknown[] = [];
  const look = asActivity(async () => {
    const attempt = currentAttempt();
    seen.push(attempt.remembered);
    attempt.remember({ looks: seen.length });
    attempt.remember({ looks: seen.length, last: true });
    if (Context.current().info.attempt < 4) throw stillWaiting('not yet', 10);
    return seen;
  });
  return { look: () => look(undefined) };
}

/** A waiting step that waits, fails twice, waits, fails, and is done; tells what Temporal knew before each attempt. */
function failingStep() {
  const ends = ['waits', 'fails', 'fails', 'waits', 'fails'];
  const seen: unknown[] = [];
  const look = asActivity(async () => {
    const { attempt, heartbeatDetails } = Context.current().info;
    const { failing, remembered } = readHeartbeat(heartbeatDetails);
    seen.push([failing?.failures, failing && !Number.isNaN(Date.parse(failing.since)), remembered]);
    expect(currentAttempt().remembered).toEqual(remembered);
    if (attempt < 5) currentAttempt().remember(attempt);
    const end = ends[attempt - 1];
    if (end === 'fails') throw new Failure('Unavailable', 'the forge is away', { retryAfterMs: 10 });
    if (end === 'waits') throw stillWaiting('not yet', 10);
    return seen;
  });
  return { look: () => look(undefined) };
}

describe('what an attempt remembers', () => {
  test('is kept beside the count of failures in a row, which ends when an attempt only waits', async () => {
    await runOnDevServer({ workflowsPath, activities: failingStep() }, async ({ execute }) => {
      expect(await execute<typeof workflows.Waiting>('Waiting', { args: [] })).toEqual([
        [null, null, null],
        [null, null, 1],
        [1, true, 2],
        [2, true, 3],
        [null, null, 4],
        [1, true, 4],
      ]);
    });
  });

  test('is there in the next, after a failure that only says that it waits', async () => {
    await runOnDevServer({ workflowsPath, activities: countingStep() }, async ({ execute }) => {
      expect(await execute<typeof workflows.Waiting>('Waiting', { args: [] })).toEqual([
        null,
        { looks: 1, last: true },
        { looks: 2, last: true },
        { looks: 3, last: true },
      ]);
    });
  });
});
