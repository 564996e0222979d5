import type { Told } from '../operation/trouble/when-to-tell.ts';
import { isObject } from '../shape.ts';

/** How often the attempts of a step have failed in a row, and since when (ISO 8601). Waiting is no failure. */
export interface FailingAttempts {
  readonly failures: number;
  readonly since: string;
  /** What the step has told its workflow of that; undefined: nothing, or it was told that this is over. */
  readonly told?: Told;
}

/** What the heartbeats of a step carry from attempt to attempt. */
export interface Heartbeat {
  /** What the step itself remembers. */
  readonly remembered: unknown;
  /** Undefined: the last attempt did not fail. */
  readonly failing?: FailingAttempts;
}

const key = 'fairleadFailing';

/** Makes the details of a heartbeat. Without failures they are what the step remembers, as it is. */
export function heartbeatDetails({ remembered, failing }: Heartbeat): unknown {
  return failing === undefined ? remembered : { [key]: failing, remembered };
}

/** Reads the details of a heartbeat; another version may have written them. */
export function readHeartbeat(details: unknown): Heartbeat {
  if (!isObject(details) || !(key in details)) return { remembered: details };
  const { [key]: failing, remembered } = details;
  return isFailing(failing) ? { remembered, failing } : { remembered };
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
