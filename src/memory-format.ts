import * as v from 'valibot';
import { count, faultOf, isObject, type Schema, shownJson } from './shape.ts';
import { depthFault } from './text/message-text.ts';

/*
 * What a workflow hands on when it continues as new is read by the next run, which may be of another release. It carries a
 * version, and is checked whole before anything believes it; an older version is brought up to the present one, version
 * by version.
 */

/** Reads the memory of one older version: checks it, and makes the next version of it. */
export type OlderVersion = (state: unknown) => { readonly next: unknown } | { readonly fault: string };

/** How memory is written: the older versions, from version 1 on, and the schema of the present one. */
export interface MemoryFormat<T> {
  readonly older: readonly OlderVersion[];
  readonly present: Schema<T>;
}

/** Makes an older version of its schema, and of the way from it to the next version. */
export function olderVersion<T>(schema: Schema<T>, migrate: (state: T) => unknown): OlderVersion {
  return (state) => {
    const fault = faultOf(schema, state);
    return fault === undefined ? { next: migrate(state as T) } : { fault };
  };
}

/** What the error says first by which an operation stands still; commands know it by that. */
export const foreignMemoryWords = 'what it handed on to itself cannot be read by this release';

/** Answers the memory as it is handed on: with its version. */
export function writeMemory<T extends object>(
  state: T,
  format: Pick<MemoryFormat<T>, 'older'>,
): T & { readonly version: number } {
  return { ...state, version: versionOf(format) };
}

/** Reads memory by its version, through each version after it. Says what is wrong where it cannot be read. */
export function readMemory<T>(
  written: unknown,
  { older, present }: MemoryFormat<T>,
): { readonly state: T } | { readonly fault: string } {
  const tooDeep = depthFault(written);
  if (tooDeep !== undefined) return { fault: tooDeep };
  if (!isObject(written)) return { fault: `it is ${shownJson(written)}` };
  const { version, ...rest } = written;
  const known = versionOf({ older });
  if (!v.is(v.pipe(count, v.minValue(1)), version)) return { fault: `version is ${shownJson(version)}` };
  if (version > known) return { fault: `it has version ${version}, of a newer release; this one knows ${known}` };
  let state: unknown = rest;
  for (const [index, read] of older.slice(version - 1).entries()) {
    const step = read(state);
    if ('fault' in step) return { fault: `of version ${version + index}, ${step.fault}` };
    state = step.next;
  }
  const fault = faultOf(present, state);
  return fault === undefined ? { state: state as T } : { fault: `of version ${known}, ${fault}` };
}

function versionOf({ older }: { readonly older: readonly OlderVersion[] }): number {
  return older.length + 1;
}
