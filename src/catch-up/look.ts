import * as v from 'valibot';
import { commit, type Schema, shapeOf } from '../shape.ts';
import { shortSha } from '../short-names.ts';

/** What a head of main is to its promotion. */
const headStates = ['seen', 'known', 'started', 'deployed', 'overtaken'] as const;

/** What came of one look at main. The next look of the schedule gets it. */
export interface CatchUpResult {
  /** The head of main. */
  readonly commit: string;
  /**
   * `seen`: for the first time, CI may still start its promotion; `known`: Temporal has one, whatever came of it;
   * `started`: it was started here; `deployed`: without a promotion that Temporal remembers; `overtaken`: a newer commit
   * is deployed.
   */
  readonly state: (typeof headStates)[number];
  /** The same, for people. */
  readonly message: string;
}

const catchUpResult: Schema<CatchUpResult> = shapeOf<CatchUpResult>({
  commit,
  state: v.picklist(headStates),
  message: v.string(),
});

/** Reads the result of an earlier look; undefined: there is none, or it is of another release. */
export function earlierLook(value: unknown): CatchUpResult | undefined {
  const read = v.safeParse(catchUpResult, value);
  return read.success ? read.output : undefined;
}

/** The facts that one look finds. */
export interface MainLook {
  /** The head of main. */
  readonly head: string;
  /** Temporal has a promotion of it, which runs or has ended. */
  readonly isKnown: boolean;
}

/**
 * Decides by a look and the one before; undefined: the head has stood since the last look, and nobody has started its
 * promotion. Whatever a head came to once is not asked again: what a person has stopped is not started anew when Temporal
 * has forgotten it.
 */
export function judgeLook({ head, isKnown }: MainLook, last: CatchUpResult | undefined): CatchUpResult | undefined {
  const same = last?.commit === head ? last : undefined;
  if (same !== undefined && same.state !== 'seen') return same;
  if (isKnown) return headResult(head, 'known');
  return same === undefined ? headResult(head, 'seen') : undefined;
}

/** Where a commit is deployed, and where a newer one is. */
interface ReachedEnvironments {
  readonly reached: readonly string[];
  readonly newer: readonly { readonly environment: string }[];
}

/** Decides whether a head that has no promotion needs one; undefined: it does. */
export function judgeReach(head: string, { reached, newer }: ReachedEnvironments): CatchUpResult | undefined {
  if (reached.length > 0) return headResult(head, 'deployed', reached);
  if (newer.length === 0) return undefined;
  const names = newer.map(({ environment }) => environment);
  return headResult(head, 'overtaken', names);
}

/** Writes a result. */
export function headResult(
  head: string,
  state: CatchUpResult['state'],
  environments: readonly string[] = [],
): CatchUpResult {
  const where = environments.join(', ');
  const words = {
    seen: 'is new on main; if nobody has started its promotion by the next look, it is started then',
    known: 'has a promotion already',
    started: 'had no promotion, and has one now',
    deployed: `is deployed already in ${where}; \`fairlead promote\` carries it on`,
    overtaken: `is older than what is deployed in ${where}`,
  };
  return { commit: head, state, message: `${shortSha(head)} ${words[state]}.` };
}
