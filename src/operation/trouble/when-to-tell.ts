import { type FailingStep, failuresBeforeTrouble } from './step-trouble.ts';

/** What a step has told its workflow already. */
export interface Told {
  /** How often it has told. */
  readonly times: number;
  /** When it told last, milliseconds since 1970. */
  readonly at: number;
  /** How many attempts had failed then. */
  readonly failures: number;
  /** Why they failed, without what changes with each attempt. */
  readonly why: string;
}

/** Each message costs history: the least time between two of them, and the most that one step sends. */
const limits = { betweenMs: 60_000, times: 50 } as const;

/**
 * Tells whether a step that failed is to tell its workflow now: when the trouble begins, when it is another one, and
 * when twice as many attempts have failed, so that a week of attempts is a dozen messages.
 */
export function isWorthTelling(failing: FailingStep, told: Told | undefined, now: number): boolean {
  if (failing.failures < failuresBeforeTrouble) return false;
  if (told === undefined) return true;
  if (told.times >= limits.times || now - told.at < limits.betweenMs) return false;
  return told.why !== kindOfTrouble(failing) || failing.failures >= 2 * told.failures;
}

/** Notes that the workflow was told. */
export function afterTelling(failing: FailingStep, before: Told | undefined, now: number): Told {
  return { times: (before?.times ?? 0) + 1, at: now, failures: failing.failures, why: kindOfTrouble(failing) };
}

/** Times, counts and ids of requests are no news. */
function kindOfTrouble({ type, message }: FailingStep): string {
  return `${type} ${message.replace(/[0-9a-f]*\d[0-9a-f]*/gi, '#')}`.slice(0, 200);
}
