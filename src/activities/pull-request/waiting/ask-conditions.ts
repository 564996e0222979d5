import { Failure } from '../../../failure.ts';
import type { Forge } from '../../../forge/port.ts';
import { isObject } from '../../../shape.ts';
import type { StepAttempt, StepMemory } from '../../step-attempt.ts';
import { conditionWords } from './condition-words.ts';

/** The attempt of a step that looks at a request; without a memory, the forge is asked whenever something is awaited. */
export type LookAttempt = Pick<StepAttempt, 'now'> &
  StepMemory & {
    /** The shortest time between two questions, in milliseconds. Default: a minute. */
    readonly askMs?: number | undefined;
  };

/** What an attempt keeps of what the forge said, for the next one. */
interface Asked {
  /** The forge's own words at that time, '' where it was not asked to merge. */
  readonly words: string;
  /** When these words came first, and when the forge was asked for more; milliseconds since 1970. */
  readonly firstAt: number;
  readonly askedAt: number;
  /** What the forge lacked then, for people. */
  readonly reason: string;
}

/** The shortest time between two questions where nothing else is said, and the longest. */
const pace = { shortestMs: 60_000, longestMs: 10 * 60_000 } as const;

/**
 * Says what a request that was refused still lacks. The forge is asked where it refuses with other words than before, and now
 * and then, ever more seldom: checks and reviews come without a word, and each question costs calls.
 */
export async function lackingWords(forge: Forge, number: number, refused: LookAt): Promise<string> {
  const { words, attempt } = refused;
  const before = askedBefore(attempt);
  const now = attempt.now();
  const isKnown = before !== undefined && before.words === words;
  if (isKnown && now - before.askedAt < paceMs(attempt, now - before.firstAt)) return before.reason;
  const lacking = await askConditions(forge, number);
  const reason = lacking === '' ? words : `${lacking} (the forge: ${words})`;
  attempt.remember?.({ words, firstAt: isKnown ? before.firstAt : now, askedAt: now, reason } satisfies Asked);
  return reason;
}

/**
 * Says what a request that a person is to merge or to approve lacks on the forge; '' where it lacks nothing, or is not
 * asked for yet: whoever decides within a minute costs no calls.
 */
export async function watchedWords(forge: Forge, number: number, attempt: LookAttempt): Promise<string> {
  const before = askedBefore(attempt);
  const now = attempt.now();
  if (before === undefined || before.words !== '') {
    attempt.remember?.({ words: '', firstAt: now, askedAt: now, reason: '' } satisfies Asked);
    return '';
  }
  if (now - before.askedAt < paceMs(attempt, now - before.firstAt)) return before.reason;
  const lacking = await askConditions(forge, number);
  // What was said before is taken back in words.
  const reason = lacking === '' && before.reason !== '' ? 'nothing is missing there any more' : lacking;
  attempt.remember?.({ ...before, askedAt: now, reason } satisfies Asked);
  return reason;
}

/** A refused merge: the forge's words, and the attempt that has heard them. */
interface LookAt {
  readonly words: string;
  readonly attempt: LookAttempt;
}

/** Asks the forge; what it does not tell stands in the words: the request is looked at all the same. */
async function askConditions(forge: Forge, number: number): Promise<string> {
  try {
    const conditions = await forge.mergeConditions?.(number);
    return conditions === undefined ? '' : conditionWords(conditions);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `what is missing could not be read: ${error.message}`;
  }
}

function paceMs({ askMs = pace.shortestMs }: LookAttempt, ageMs: number): number {
  return Math.min(Math.max(ageMs / 4, askMs), pace.longestMs);
}

function askedBefore({ remembered }: LookAttempt): Asked | undefined {
  if (!isObject(remembered)) return undefined;
  const { words, firstAt, askedAt, reason } = remembered;
  if (typeof words !== 'string' || typeof reason !== 'string') return undefined;
  if (typeof firstAt !== 'number' || typeof askedAt !== 'number') return undefined;
  return { words, firstAt, askedAt, reason };
}
