import type { FieldChange } from '../../../src/diff/field-change.ts';
import { compareObjects } from '../../../src/diff/fields.ts';
import { readObject, type ValueMap } from '../../../src/diff/value.ts';

/** Reads an object that a test wrote. */
export function object(yaml: string): ValueMap {
  const read = readObject(yaml);
  if (read === undefined) throw new Error(`this is no object: ${yaml}`);
  return read;
}

/** Compares two objects, and answers what differs in a line each: `spec.replicas: 1 → 3`. */
export function told(before: string, after: string): readonly string[] {
  return compareObjects(object(before), object(after)).map(words);
}

function words({ path, kind, before, after, hidden }: FieldChange): string {
  if (hidden) return `${kind} ${path}, hidden`;
  if (kind === 'reordered') return `${path} reordered`;
  const [was, is] = [before, after].map((value) => JSON.stringify(value));
  if (kind === 'added') return `+ ${path}: ${is}`;
  return kind === 'removed' ? `- ${path}: ${was}` : `${path}: ${was} → ${is}`;
}
