import { ApplicationFailure } from '@temporalio/common';
import { cutToBytes } from '../cut.ts';
import { Failure } from '../failure.ts';
import { bytesText, limits } from '../platform/limits.ts';

/** The part of a stack that is kept, in bytes: where an unexpected error was thrown. */
const stackBytes = 1_000;

/**
 * Cuts what a failure says, so that Temporal keeps it: the beginning, where environment, group, leaf and commit stand,
 * and the end, where the cause is. What stands behind the failure is cut, too.
 */
export function boundedFailure(failure: ApplicationFailure): ApplicationFailure {
  const most = failure.nonRetryable ? limits.failureBytes : limits.retriedFailureBytes;
  const { type, nonRetryable, nextRetryDelay, category, details } = failure;
  const message = cutToBytes(failure.message, most);
  const bounded = ApplicationFailure.create({
    message,
    type: type ?? undefined,
    nonRetryable: nonRetryable ?? undefined,
    nextRetryDelay: nextRetryDelay ?? undefined,
    category: category ?? undefined,
    details: details ?? undefined,
    cause: failure.cause instanceof Error ? boundedCause(failure.cause) : undefined,
  });
  // It would say all of it once more, and then where failures are made for Temporal, which is always the same place.
  bounded.stack = '';
  return bounded;
}

/** Keeps name and place of an error of ours; its message stands in the failure already. */
function boundedCause(cause: Error): Error {
  const bounded = new Error(cutToBytes(cause.message, stackBytes / 2));
  bounded.name = cause.name;
  const calls = cause.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  bounded.stack = cutToBytes(calls.join('\n'), stackBytes);
  return bounded;
}

/**
 * Cuts the texts in what a step answers: names and ids are far shorter, and what is longer was written by people. Throws
 * `Failure` InvalidInput where there is too much of it all the same, because Temporal would refuse it without a word.
 */
export function boundedAnswer<T>(step: string, answer: T): T {
  const bounded = boundedTexts(answer) as T;
  const bytes = Buffer.byteLength(JSON.stringify(bounded) ?? '');
  if (bytes <= limits.answerBytes) return bounded;
  throw new Failure(
    'InvalidInput',
    `${step} would answer ${bytesText(bytes)}, and a history takes ${bytesText(limits.answerBytes)} at most. ` +
      'Divide what it is about: fewer groups, clusters or waiting assignments in one environment.',
  );
}

function boundedTexts(value: unknown): unknown {
  if (typeof value === 'string') return cutToBytes(value, limits.answerTextBytes);
  if (Array.isArray(value)) return value.map(boundedTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, boundedTexts(each)]));
}
