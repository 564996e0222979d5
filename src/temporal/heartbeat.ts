import type { WaitingStep } from '../operation/trouble/step-trouble.ts';
import type { Told } from '../operation/trouble/when-to-tell.ts';
import { isObject } from '../shape.ts';

/** How often the attempts of a step have failed in a row, and since when (ISO 8601). Waiting is no failure. */
export interface FailingAttempts {
  readonly failures: number;
  readonly since: string;
  /** What the step has told its workflow of that; undefined: nothing, or it was told that this is over. */
  readonly told?: Told;
}

/** What the latest attempts of a step have waited for, and what of it the workflow was told. */
export interface WaitingAttempts extends WaitingStep {
  /** The reason that was told last, when (milliseconds since 1970), and how often something was told. */
  readonly told?: { readonly reason: string; readonly at: number; readonly times: number };
}

/** What the heartbeats of a step carry from attempt to attempt. */
export interface Heartbeat {
  /** What the step itself remembers. */
  readonly remembered: unknown;
  /** Undefined: the last attempt did not fail. */
  readonly failing?: FailingAttempts | undefined;
  /** Undefined: nothing worth telling was waited for. */
  readonly waiting?: WaitingAttempts | undefined;
}

const key = 'fairleadFailing';
const waitingKey = 'fairleadWaiting';

/** Makes the details of a heartbeat. Without failures and waits they are what the step remembers, as it is. */
export function heartbeatDetails({ remembered, failing, waiting }: Heartbeat): unknown {
  if (failing === undefined && waiting === undefined) return remembered;
  return { ...(failing && { [key]: failing }), ...(waiting && { [waitingKey]: waiting }), remembered };
}

/** Reads the details of a heartbeat; another version may have written them. */
export function readHeartbeat(details: unknown): Heartbeat {
  if (!isObject(details) || !(key in details || waitingKey in details)) return { remembered: details };
  const { [key]: failing, [waitingKey]: waiting, remembered } = details;
  return {
    remembered,
    ...(isFailing(failing) && { failing }),
    ...(isWaiting(waiting) && { waiting }),
  };
}

function isWaiting(value: unknown): value is WaitingAttempts {
  if (!isObject(value) || typeof value.reason !== 'string' || typeof value.since !== 'string') return false;
  const { told } = value;
  if (told === undefined) return true;
  return isObject(told) && typeof told.reason === 'string' && [told.at, told.times].every((n) => typeof n === 'number');
}

function isFailing(value: unknown): value is FailingAttempts {
  if (!isObject(value) || typeof value.failures !== 'number' || typeof value.since !== 'string') return false;
  return value.told === undefined || isTold(value.told);
}

function isTold(value: unknown): value is Told {
  if (!isObject(value)) return false;
  const { times, at, failures, why } = value;
  return [times, at, failures].every((each) => typeof each === 'number') && typeof why === 'string';
}
