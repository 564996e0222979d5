import { Context } from '@temporalio/activity';
import type { Failure } from '../../failure.ts';

/** Answers the time until which what is missing may still come, so that the step is tried again; undefined: it is over. */
export function patienceEnd({ patienceMs = 0 }: Failure): string | undefined {
  if (patienceMs === 0) return undefined;
  const end = Context.current().info.scheduledTimestampMs + patienceMs;
  return Date.now() < end ? new Date(end).toISOString() : undefined;
}
