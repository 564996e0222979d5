import { cutToBytes } from '../../cut.ts';
import { limits } from '../../platform/limits.ts';
import { isObject } from '../../shape.ts';
import { jsonBytes } from '../../text/json-size.ts';

/** Where people's and clusters' words stand in what an operation hands on. Nothing is decided by them; they are shown. */
const wordKeys: ReadonlySet<string> = new Set([
  ...['message', 'reason', 'by', 'why', 'awaited', 'mergedBy', 'unlabelled'],
  ...['waitingFor', 'ignoredNotes', 'overwritten', 'warnings'],
]);

/** How many bytes of each text are left, tried one after the other. */
const shortTexts: readonly number[] = [1_000, 300, 100];

/**
 * Shortens the words in what an operation hands on to itself, where Temporal would refuse it, and fail its task without an end: so
 * many environments may be held, each with a long reason. Where it is small, all of it stays.
 */
export function boundedMemory<Memory extends object>(memory: Memory): Memory {
  let bounded = memory;
  for (const most of shortTexts) {
    if (jsonBytes(bounded, limits.handedOnBytes) <= limits.handedOnBytes) break;
    bounded = shortWords(memory, most) as Memory;
  }
  return bounded;
}

function shortWords(value: unknown, most: number): unknown {
  if (Array.isArray(value)) return value.map((each) => shortWords(each, most));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      wordKeys.has(key) ? shortText(each, most) : shortWords(each, most),
    ]),
  );
}

function shortText(value: unknown, most: number): unknown {
  if (typeof value === 'string') return cutToBytes(value, most);
  if (Array.isArray(value)) return value.map((each) => shortText(each, most));
  return shortWords(value, most);
}
