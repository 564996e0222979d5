import { type ChangeObject, diffArrays } from 'diff';
import { canonicalText } from './canonical.ts';
import type { FieldChange, FieldPlace, ListPair, ValuePair } from './field-change.ts';
import { indexPlace } from './place.ts';
import { withoutSecrets } from './secrets.ts';

/** Compares what stands in one place. */
type Compare = (place: FieldPlace, pair: ValuePair) => readonly FieldChange[];

/** The number of items added and removed from which two lists have nothing to do with each other: more of them take long. */
const mostEdits = 500;

/**
 * Lists what differs between two lists whose items have no key: items that came and went, by their content; where as many
 * came as went in one place, what changed in each. An index is that in the list after; of what went, in that before.
 */
export function compareSequences({ path }: FieldPlace, lists: ListPair, compare: Compare): readonly FieldChange[] {
  const before = lists.before.map((item) => canonicalText(item));
  const after = lists.after.map((item) => canonicalText(item));
  if (isSameList(before, after)) return [];
  // Only where it is told: lists within each other are compared at each level.
  const whole = () => ({ path, before: withoutSecrets(lists.before), after: withoutSecrets(lists.after) });
  if (isSameList([...before].sort(), [...after].sort())) return [{ ...whole(), kind: 'reordered' }];
  const parts = diffArrays(before, after, { maxEditLength: mostEdits });
  if (parts === undefined) return [{ ...whole(), kind: 'changed' }];
  return editsOf(parts).flatMap(({ at, to }) =>
    compare(
      { path: indexPlace(path, to ?? at ?? 0), field: '' },
      {
        before: at === undefined ? undefined : lists.before[at],
        after: to === undefined ? undefined : lists.after[to],
      },
    ),
  );
}

function isSameList(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((text, index) => text === after[index]);
}

/** An item that came or went, or both in one place. */
interface Edit {
  /** Its index in the list before; undefined: it came. */
  readonly at?: number;
  /** Its index in the list after; undefined: it went. */
  readonly to?: number;
}

function editsOf(parts: readonly ChangeObject<string[]>[]): readonly Edit[] {
  const edits: Edit[] = [];
  let [at, to] = [0, 0];
  for (const [index, { count, removed, added }] of parts.entries()) {
    const [last, next] = [parts[index - 1], parts[index + 1]];
    const isReplaced = removed && next?.added && next.count === count;
    const isTold = added && last?.removed && last.count === count;
    if (isReplaced) edits.push(...indices(count).map((step) => ({ at: at + step, to: to + step })));
    else if (removed) edits.push(...indices(count).map((step) => ({ at: at + step })));
    else if (added && !isTold) edits.push(...indices(count).map((step) => ({ to: to + step })));
    if (!added) at += count;
    if (!removed) to += count;
  }
  return edits;
}

function indices(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
