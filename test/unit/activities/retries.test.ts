import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { asActivity } from '../../../src/activities/as-activity.ts';
import { stillWaiting } from '../../../src/activities/still-waiting.ts';
import { Failure } from '../../../src/failure.ts';

const logger = new DefaultLogger('ERROR');

/** Runs a step that fails, with what the attempts before it have told Temporal; answers the failure. */
async function failureOf(error: Error, failures: number, attempt = 300): Promise<ApplicationFailure> {
  const failing = { failures, since: '2026-01-01T00:00:00Z' };
  const heartbeatDetails = failures === 0 ? undefined : { fairleadFailing: failing, remembered: undefined };
  const environment = new MockActivityEnvironment({ attempt, heartbeatDetails }, { logger });
  const step = asActivity<void, void>(() => Promise.reject(error));
  const failure: unknown = await environment.run(step).catch((reason: unknown) => reason);
  if (!(failure instanceof ApplicationFailure)) throw new Error(`it is no failure for Temporal: ${failure}`);
  return failure;
}

describe('A step that fails', () => {
  it('is tried again after a pause that grows with the failures in a row, not with the attempts', async () => {
    const away = new Failure('Unavailable', 'the forge is away');
    const pauses = [0, 1, 2, 3, 4, 5, 400].map(async (before) => (await failureOf(away, before)).nextRetryDelay);
    expect(await Promise.all(pauses)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('is tried again when the forge says so', async () => {
    const limited = new Failure('Unavailable', 'the rate is limited', { retryAfterMs: 77_000 });
    expect((await failureOf(limited, 3)).nextRetryDelay).toBe(77_000);
  });

  it('looks again in its interval where it only waits', async () => {
    expect((await failureOf(stillWaiting('not yet', 500), 3)).nextRetryDelay).toBe(500);
  });

  it('unexpectedly is given up after five failures in a row, however often it has looked before', async () => {
    const bug = new TypeError('undefined is not a function');
    expect(await failureOf(bug, 0)).toMatchObject({ nonRetryable: false, nextRetryDelay: 1_000 });
    expect(await failureOf(bug, 3)).toMatchObject({ nonRetryable: false, nextRetryDelay: 8_000 });
    expect(await failureOf(bug, 4)).toMatchObject({ nonRetryable: true });
  });
});
