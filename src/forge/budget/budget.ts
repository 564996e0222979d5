import { createCallShares } from './call-shares.ts';
import { createContentPace } from './content-pace.ts';

/** How much a call may wait for others: a poll waits longest, a merge for nobody. */
export type Urgency = 'poll' | 'usual' | 'merge';

/** A call, before it is made. */
export interface PlannedCall {
  readonly urgency: Urgency;
  /** It creates something, such as a request, a comment or a label, which GitHub limits by itself. */
  readonly isContent: boolean;
  /** The repository that it is made for: `acme/gitops`. */
  readonly repository: string;
}

type Headers = Readonly<Record<string, string | number | undefined>>;

/**
 * What is left of one token's limits, as the forge's answers tell it: they count what all workers have used. Nothing waits in
 * here: a call that must wait is told for how long, and tried again by whoever retries steps.
 */
export interface Budget {
  /** Answers the milliseconds that a call must wait; 0: it may be made, and counts. */
  admit(call: PlannedCall): number;
  /** Notes what an answer says of the limit. */
  note(headers: Headers): void;
  /** Notes that the forge refused a call by a limit for so long. Answers how long the caller waits, each a little longer. */
  limited(waitMs: number, urgency: Urgency): number;
  /** Stretches the time between two looks at something by what is left. */
  stretched(intervalMs: number): number;
  /** Answers which share of the hour's calls is left, from 0 to 1; undefined: no answer has said so in this hour. */
  shareLeft(): number | undefined;
}

/** The share of the hour's calls that is left to more urgent ones. */
const reserve: Readonly<Record<Urgency, number>> = { poll: 0.15, usual: 0.05, merge: 0 };
/** Where less than this share of the hour's calls is left, polls wait. */
export const pollReserve = reserve.poll;
/** Who waits for a limit comes back one after the other, or they would meet the next limit together. */
const spacingMs = 1_000;
/**
 * A repository for which a twentieth of the hour's calls were made leaves so much more to others, where there are some: whoever asks
 * for many reviewers in many environments would use up all.
 */
const often = { share: 0.05, reserve: 0.2 };
/** Nobody waits longer than that for those before, however often they were told to wait. */
const longestQueueMs = 10 * 60_000;
/** Why a call waits: the forge has refused one, the hour's calls are used up, or enough was created. */
type Cause = 'refusal' | 'hour' | 'pace';
const longestWaitMs = 3_600_000;
/** Above this share of the limit polls keep their pace. */
const plentifulShare = 0.5;
const mostStretch = 20;
/**
 * GitHub allows 900 points a minute, of which a reading call costs one and a writing one five: polls keep to a third of them.
 * What was called in some minutes counts, or all would come at once again after a pause.
 */
const pollWindow = { ms: 5 * 60_000, calls: 5 * 300 };

/**
 * The largest limit of an hour that github.com gives. Where an answer names a larger one, or none, an Enterprise Server or
 * somebody else limits nothing: then nobody is slowed down before a limit is met.
 */
const largestLimit = 15_000;

/** Makes the budget of one token; `now` answers the time in milliseconds. */
export function createBudget(now: () => number = Date.now): Budget {
  let left: { readonly remaining: number; readonly limit: number; readonly resetAt: number } | undefined;
  /** A merge is blocked by what the forge said of merges alone. */
  const blockedUntil = { others: 0, merge: 0 };
  const nextSlot: Record<Cause, number> = { refusal: 0, hour: 0, pace: 0 };
  let calls: number[] = [];
  const pace = createContentPace(now);
  const shares = createCallShares(now);

  /** Answers the milliseconds from `at` until a time that nobody else was given for that cause, at or after the earliest. */
  const slotFrom = (cause: Cause, earliest: number, at = now()) => {
    const next = Math.max(earliest, nextSlot[cause] + spacingMs);
    nextSlot[cause] = next > earliest + longestQueueMs ? earliest : next;
    return Math.min(nextSlot[cause] - at, longestWaitMs);
  };
  const present = () => (left && left.resetAt > now() ? left : undefined);
  const isTight = () => left !== undefined && left.limit <= largestLimit;

  const waitMs = ({ urgency, isContent, repository }: PlannedCall): number => {
    const isMerge = urgency === 'merge';
    const until = isMerge ? blockedUntil.merge : blockedUntil.others;
    if (until > now()) return isMerge ? until - now() : slotFrom('refusal', until);
    const hour = present();
    const isOften = !isMerge && hour && shares.isAheadOfOthers(repository, hour.limit * often.share);
    if (hour && hour.remaining <= hour.limit * (reserve[urgency] + (isOften ? often.reserve : 0)))
      return isMerge ? hour.resetAt - now() : slotFrom('hour', hour.resetAt);
    const paced = isContent && !isMerge && isTight() ? pace.freeAt(repository) : 0;
    return paced > now() ? slotFrom('pace', paced) : 0;
  };

  return {
    admit(call) {
      pace.seen(call.repository);
      shares.seen(call.repository);
      const wait = Math.max(0, Math.ceil(waitMs(call)));
      if (wait > 0) return wait;
      if (calls.length > 5_000) calls = calls.filter((at) => at > now() - pollWindow.ms);
      calls.push(now());
      shares.count(call.repository);
      if (call.isContent) pace.count(call.repository);
      if (left) left = { ...left, remaining: left.remaining - 1 };
      return 0;
    },
    note(headers) {
      const found = readLimit(headers, now());
      if (found) left = found;
    },
    limited(wait, urgency) {
      const at = now();
      const until = at + wait;
      blockedUntil.others = Math.max(blockedUntil.others, until);
      if (urgency !== 'merge') return Math.ceil(slotFrom('refusal', blockedUntil.others, at));
      blockedUntil.merge = Math.max(blockedUntil.merge, until);
      return Math.ceil(wait);
    },
    shareLeft() {
      const hour = present();
      return hour && Math.max(0, hour.remaining / hour.limit);
    },
    stretched(intervalMs) {
      calls = calls.filter((at) => at > now() - pollWindow.ms);
      if (!isTight()) return intervalMs;
      const hour = present();
      const share = hour === undefined ? 1 : hour.remaining / hour.limit;
      const hourLeft = hour === undefined ? 1 : Math.min(1, (hour.resetAt - now()) / 3_600_000);
      const byHour = share > plentifulShare ? 1 : hourLeft / Math.max(share - reserve.poll, 0.01);
      return Math.round(intervalMs * Math.min(mostStretch, Math.max(1, byHour, calls.length / pollWindow.calls)));
    },
  };
}

/** Reads the limit of REST calls; undefined where the answer is of another one, or of none. */
function readLimit(headers: Headers, now: number) {
  if (!['core', 'undefined'].includes(String(headers['x-ratelimit-resource']))) return undefined;
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(headers[`x-ratelimit-${name}`]),
  );
  if (!Number.isFinite(limit) || !Number.isFinite(remaining) || !Number.isFinite(reset)) return undefined;
  if (limit === undefined || remaining === undefined || reset === undefined || limit <= 0) return undefined;
  // The time is GitHub's own where its answer says it, because this clock may differ.
  const date = Date.parse(String(headers.date));
  const untilReset = reset * 1000 - (Number.isFinite(date) ? date : now);
  return { limit, remaining, resetAt: now + Math.min(Math.max(untilReset, 0), longestWaitMs) };
}
