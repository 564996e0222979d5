import { boundedLine } from '../words.ts';
import { conditionAt, fieldAt, type LiveObject, numberAt, type ObjectStatus, textAt } from './live-object.ts';

/** Judges a Job, which runs once: it is done when it is complete. */
export function jobStatus(object: LiveObject): ObjectStatus {
  const parallelism = numberAt(object, 'spec.parallelism', 1);
  const completions = numberAt(object, 'spec.completions', parallelism);
  const succeeded = numberAt(object, 'status.succeeded', 0);
  const failure = conditionAt(object, 'Failed');
  if (conditionAt(object, 'Complete')) return { state: 'done', says: 'is complete' };
  if (failure) return { state: 'failed', says: `failed: ${boundedLine(`${failure.reason}: ${failure.message}`)}` };
  if (fieldAt(object, 'spec.suspend') === true) return { state: 'in progress', says: 'is suspended' };
  if (textAt(object, 'status.startTime') === '') return { state: 'in progress', says: 'has not started' };
  return { state: 'in progress', says: `runs: ${succeeded} of ${completions} succeeded` };
}

/** Judges a Pod. One that has ended is done only if it succeeded. */
export function podStatus(object: LiveObject): ObjectStatus {
  const phase = textAt(object, 'status.phase');
  if (phase === 'Succeeded') return { state: 'done', says: 'has succeeded' };
  if (phase === 'Failed') {
    const why = boundedLine([textAt(object, 'status.reason'), textAt(object, 'status.message')].join(' '));
    return { state: 'failed', says: why === '' ? 'failed' : `failed: ${why}` };
  }
  if (phase === 'Running') return runningStatus(object);
  const unscheduled = conditionAt(object, 'PodScheduled', 'False');
  if (unscheduled) return { state: 'in progress', says: `is not scheduled: ${boundedLine(unscheduled.message)}` };
  return { state: 'in progress', says: phase === '' ? 'has not been seen by its node' : 'is pending' };
}

function runningStatus(object: LiveObject): ObjectStatus {
  if (conditionAt(object, 'Ready')) return { state: 'done', says: 'is ready' };
  const looping = loopingContainers(object);
  if (looping.length > 0) return { state: 'failed', says: `crashes again and again: ${looping.join(', ')}` };
  return { state: 'in progress', says: 'runs and is not ready' };
}

function loopingContainers(object: LiveObject): readonly string[] {
  const listed = fieldAt(object, 'status.containerStatuses');
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((each: unknown) => {
    const { name, state } = (each ?? {}) as {
      readonly name?: unknown;
      readonly state?: { waiting?: { reason?: string } };
    };
    return state?.waiting?.reason === 'CrashLoopBackOff' ? [String(name)] : [];
  });
}
