import { Failure } from '../../../src/failure.ts';
import type { Forge, Forges } from '../../../src/forge/port.ts';

/** A clock that runs faster than the system's. */
export interface ScaledTime {
  /** Answers the time in milliseconds. */
  readonly now: () => number;
  /** What the forges threw that was not a wait: each is an attempt that has failed. */
  readonly failures: readonly Failure[];
  /** Makes forges whose limits are of this time: what they say to wait is waited for as long as it takes by it. */
  forges(forges: Forges): Forges;
}

/** Starts a clock that runs so many times as fast. */
export function startScaledTime(scale: number): ScaledTime {
  const began = Date.now();
  const failures: Failure[] = [];
  const inRealTime = (error: unknown) => {
    if (error instanceof Failure && !error.isWaiting) failures.push(error);
    if (!(error instanceof Failure) || error.retryAfterMs === undefined) throw error;
    const { type, message, cause, patienceMs, isOfWorker, isWaiting } = error;
    const retryAfterMs = Math.ceil(error.retryAfterMs / scale);
    const patience = patienceMs === undefined ? {} : { patienceMs };
    throw new Failure(type, message, { cause, ...patience, isOfWorker, isWaiting, retryAfterMs });
  };
  const scaled = (forge: Forge): Forge =>
    new Proxy(forge, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]) => {
          const answer: unknown = member.apply(target, args);
          return answer instanceof Promise ? answer.catch(inRealTime) : answer;
        };
      },
    });
  return {
    now: () => began + (Date.now() - began) * scale,
    failures,
    forges: (forges) => ({ ...forges, for: (url, signal) => scaled(forges.for(url, signal)) }),
  };
}
