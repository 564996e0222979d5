import type { Context } from '@temporalio/activity';
import type { WaitingStep } from '../operation/trouble/step-trouble.ts';
import type { WaitingAttempts } from '../temporal/heartbeat.ts';
import { keepWaiting, waitingBefore } from './step-attempt.ts';
import type { WaitingNews } from './still-waiting.ts';

/** Each message costs history: so many come at once, the others after a pause. */
const limits = { atOnce: 5, betweenMs: 60_000 } as const;
/** The most characters of a reason. */
const longestReason = 1_000;

/**
 * Tells the workflow of a step what it waits for, when that is another reason than it knows. `tell` answers whether it could be
 * told; what could not is told after the next attempt.
 */
export async function settleWaiting(
  context: Context,
  news: WaitingNews,
  tell: (waiting: WaitingStep) => Promise<boolean>,
): Promise<void> {
  const reason = news.reason.slice(0, longestReason);
  const now = Date.now();
  const before = waitingBefore(context) ?? knownBefore(news.known);
  const since = before?.reason === reason ? before.since : new Date(now).toISOString();
  const waiting: WaitingAttempts = { reason, since, ...(before?.told && { told: before.told }) };
  const isDue = isWorthTelling(waiting, now) && !(news.isBrief && now - Date.parse(since) < limits.betweenMs);
  const isTold = isDue && (await tell({ reason, since }));
  const times = (before?.told?.times ?? 0) + 1;
  keepWaiting(context, isTold ? { ...waiting, told: { reason, at: now, times } } : waiting);
}

function knownBefore(known: WaitingStep | undefined): WaitingAttempts | undefined {
  return known && { ...known, told: { reason: known.reason, at: 0, times: 0 } };
}

function isWorthTelling({ reason, told }: WaitingAttempts, now: number): boolean {
  if (told === undefined) return true;
  return told.reason !== reason && (told.times < limits.atOnce || now - told.at >= limits.betweenMs);
}
