import * as v from 'valibot';
import { cut, cutMiddle } from '../../cut.ts';
import { type FailureType, failureTypes } from '../../failure.ts';
import { count, guardOf, instant, message, textOf } from '../../shape.ts';
import { doingWords } from './step-words.ts';

/** Names the signal by which a step tells its own workflow that it fails again and again, or fails no more. */
export const stepTroubleSignal = 'stepTrouble';

/** A failure passes by itself, now and then: from so many in a row on it is told. */
export const failuresBeforeTrouble = 3;

/** What is told of a step that fails again and again. */
const failing = v.object({
  failures: count,
  /** When the first of these attempts began, ISO 8601. */
  since: instant,
  type: v.picklist(Object.keys(failureTypes) as FailureType[]),
  message: textOf('words'),
});
export type FailingStep = v.InferOutput<typeof failing>;

/** What a step waits for, in words that follow a colon, and since when it is that, ISO 8601. */
const waiting = v.object({ reason: textOf('words'), since: instant });
export type WaitingStep = v.InferOutput<typeof waiting>;

/** Tells a workflow how a step of its own does. `failing` is undefined: it fails no more, and goes on, or waits. */
const stepTrouble = message({
  /** The id by which Temporal knows the step. */
  id: textOf('id'),
  step: textOf('name'),
  failing: v.optional(failing),
  /** What it waits for; undefined: it says nothing of that. */
  waiting: v.optional(waiting),
});
export type StepTroubleMessage = v.InferOutput<typeof stepTrouble>;
export const isStepTrouble = guardOf<StepTroubleMessage>(stepTrouble);

/** A step that fails, and the environment that it is about; undefined: the whole workflow. */
export interface ToldTrouble {
  readonly environment?: string;
  readonly step: string;
  readonly failing: FailingStep;
}

/** Says for the details what fails: `qa: could not open the pull request, 7 times since …: …`. */
export function toldWords({ environment, step, failing: { failures, since, message: why } }: ToldTrouble): string {
  const where = environment === undefined ? '' : `${environment}: `;
  const reason = cutMiddle(why.replace(/\s+/g, ' ').trim(), 400);
  return `${where}could not ${doingWords(step)}, ${failures} times since ${since}: ${reason}`;
}

/** Names for searches what fails: `qa: openPullRequest fails (Unavailable)`. */
export function searchWords({ environment, step, failing: { type } }: ToldTrouble): string {
  return `${environment === undefined ? '' : `${environment}: `}${step} fails (${type})`;
}

/** A search attribute takes 255 characters on a server of one's own. */
const longestSearched = 200;

/** Makes the value of `FairleadTrouble`, '' where there is none: the first trouble, and how many more there are. */
export function troubleAttribute(troubles: readonly string[]): string {
  let first = troubles[0];
  if (first === undefined) return '';
  for (const each of troubles) if (each < first) first = each;
  return `${cut(first, longestSearched)}${troubles.length === 1 ? '' : ` and ${troubles.length - 1} more`}`;
}
