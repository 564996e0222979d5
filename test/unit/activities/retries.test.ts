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

describe('What a step tells Temporal', () => {
  const long = `prod cannot be rendered: group eu, leaf apps/shop (main aaaaaaaa, config cccccccc): ${'y'.repeat(5_000_000)} at the end`;

  it('is cut to 4 kB where a person is needed, and keeps beginning and end', async () => {
    const failure = await failureOf(new Failure('RenderFailed', long), 0);
    expect(failure).toMatchObject({ type: 'RenderFailed', nonRetryable: true });
    expect(failure.message).toMatch(
      /^prod cannot be rendered: group eu, leaf apps\/shop \(main aaaaaaaa, config cccccccc\)/,
    );
    expect(failure.message).toMatch(/ at the end$/);
    expect(Buffer.byteLength(`${failure.message}${failure.stack}`)).toBeLessThanOrEqual(4_000);
  });

  it('fits into what the server keeps of a failure that is tried again, in characters of any size', async () => {
    const failure = await failureOf(new Failure('Unavailable', 'ü€😀'.repeat(1_000_000)), 0);
    expect(Buffer.byteLength(`${failure.message}${failure.stack}`)).toBeLessThanOrEqual(2_400);
    expect(failure.nextRetryDelay).toBe(1_000);
  });

  it('is cut behind an unexpected error, too', async () => {
    const { message, cause } = await failureOf(new TypeError(long), 0);
    const all = `${message}${(cause as Error).message}${(cause as Error).stack}`;
    expect(Buffer.byteLength(all)).toBeLessThanOrEqual(4_096);
    expect((cause as Error).stack).toContain('retries.test.ts');
  });

  const answerOf = (answer: unknown) =>
    new MockActivityEnvironment({}, { logger }).run(asActivity<void, unknown>(async () => answer));

  it('has no text in an answer that is longer than a failure may be', async () => {
    const answer = { kind: 'refused', reason: long, paths: [long, 'short'], count: 3, none: null };
    const bounded = (await answerOf(answer)) as typeof answer;
    expect(bounded).toMatchObject({ kind: 'refused', paths: [bounded.reason, 'short'], count: 3, none: null });
    expect(Buffer.byteLength(bounded.reason)).toBeLessThanOrEqual(4_000);
  });

  it('is a failure with a remedy where an answer is too large all the same', async () => {
    const names = Array.from({ length: 1_000 }, () => 'x'.repeat(2_000));
    await expect(answerOf(names)).rejects.toThrow(/would answer 1.9 MiB, and a history takes 1 MiB at most. Divide/);
  });
});
