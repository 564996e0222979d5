import { sleepFor } from '../../async/until-aborted.ts';
import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { CheckAnswer } from '../../fleet/verify/http-checks.ts';
import { formatDuration } from '../../platform/duration.ts';
import { checkName, type VerifyCheck } from '../../platform/verify/verify-check.ts';
import type { CheckFinding } from './look-at-objects.ts';

type HttpCheck = Extract<VerifyCheck, { kind: 'http' }>;

/** The longest time between two requests while the answers must not break, in milliseconds. */
const longestGapMs = 5_000;

/**
 * Asks a URL, and goes on asking for as long as its answers must last once one is right. All of it happens in one
 * attempt, so that a worker that dies leaves no gap that nobody has looked at. Throws `Failure` `InvalidConfig` where
 * the worker may not ask the host.
 */
export async function watchUrl(
  { httpChecks, intervals }: Dependencies,
  check: HttpCheck,
  signal?: AbortSignal,
): Promise<CheckFinding> {
  const { url, expect, forMs } = check;
  if (!httpChecks.isAllowed(url)) throw notAllowed(check);
  const gapMs = Math.min(intervals.healthPollMs, longestGapMs);
  const began = performance.now();
  for (;;) {
    const answer = await httpChecks.ask(url);
    const lastedMs = performance.now() - began;
    if (answer.kind !== 'answered' || answer.status !== expect) return awaits(check, answer, lastedMs);
    if (lastedMs >= forMs) return { state: 'passed', awaited: '', clusters: [] };
    await sleepFor(Math.min(gapMs, forMs - lastedMs), signal);
  }
}

function awaits(check: HttpCheck, answer: CheckAnswer, lastedMs: number): CheckFinding {
  const says = answer.kind === 'answered' ? `it answers ${answer.status}` : answer.why;
  const wanted = `${check.expect}${check.forMs > 0 ? ` for ${formatDuration(check.forMs)}` : ''}`;
  // Parts of a second would make each report news.
  const seconds = Math.floor(lastedMs / 1_000);
  const after = seconds > 0 ? `, after ${formatDuration(seconds * 1_000)} of ${check.expect}` : '';
  const awaited = `${checkName(check)} must answer ${wanted}: ${says}${after}`;
  return { state: 'awaited', awaited, clusters: [] };
}

function notAllowed(check: HttpCheck): Failure {
  const { host } = new URL(check.url);
  return new Failure(
    'InvalidConfig',
    `\`verify\` asks ${checkName(check)}, but this worker may not ask the host ${host}. Add it to \`allow.httpChecks\` in the worker's settings, or remove the check.`,
    { isOfWorker: true },
  );
}
