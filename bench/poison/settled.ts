import type { OperationStatus } from '../../src/operation/status.ts';
import { until } from '../burst/approvals.ts';
import type { Promotion } from '../burst/operations.ts';

/** The states in which a promotion of one environment does not go on by itself, or has ended. */
const settledStates: readonly string[] = ['needs attention', 'promoted', 'failed'];

/** A step that failed so often is taken for one that does not get on. */
const mostAttempts = 3;

/** Waits until a promotion does not go on by itself, has ended, or fails again and again; says which, after how long, and why. */
export async function settlesAs(promotion: Promotion): Promise<string> {
  const began = performance.now();
  let outcome: readonly string[] | undefined;
  // It ends by itself where not even the platform could be read.
  promotion.result().then(
    ({ state, message }) => {
      outcome ??= [state, message];
    },
    (error: unknown) => {
      outcome ??= ['failed', rootOf(error)];
    },
  );
  await until(async () => {
    outcome ??= await settled(promotion);
    return outcome !== undefined;
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const [state = '', why = ''] = outcome ?? [];
  return `${state} after ${seconds} s${state === 'promoted' || why === '' ? '' : `: ${oneLine(why)}`}`;
}

async function settled(promotion: Promotion): Promise<readonly string[] | undefined> {
  const [seen] = (await promotion.status().catch(noAnswer)).environments;
  if (seen !== undefined && settledStates.includes(seen.state)) return [seen.state, seen.message];
  const failing = await promotion.failing();
  return failing && failing.attempts >= mostAttempts ? ['tried again', failing.message] : undefined;
}

/** A promotion that has failed answers no queries: its result says why. */
function noAnswer(): Pick<OperationStatus, 'environments'> {
  return { environments: [] };
}

/** Answers the innermost message of an error: the outer ones name Temporal's own parts. */
function rootOf(error: unknown): string {
  return error instanceof Error ? (error.cause === undefined ? error.message : rootOf(error.cause)) : String(error);
}

/** What the table shows of a message: its beginning and its end. */
const mostShown = { head: 400, tail: 200 } as const;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const { head, tail } = mostShown;
  return line.length <= head + tail
    ? line
    : `${line.slice(0, head)} … ${line.slice(-tail)} (${line.length} characters)`;
}
