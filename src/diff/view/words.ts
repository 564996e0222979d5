import { countOf } from '../../text/count-of.ts';
import type { SharedChange } from '../compare.ts';
import type { FieldChange } from '../field-change.ts';
import { changedTextLines, type TextLine } from '../lines.ts';
import { type Value, valueText } from '../value.ts';

/** The groups of an environment, as far as a change is told by them. */
export interface ChangePlaces {
  /** How many groups there are. */
  readonly all: number;
  /** Group → the names of its clusters; where they are not known, none is told. */
  readonly clusters: ReadonlyMap<string, readonly string[]>;
  /** The page that has all of the change, for what there is no room for; undefined: there is none. */
  readonly page?: string | undefined;
}

/** Counts what differs: `1 removed, 2 changed, 3 added`; of objects that several groups share, each is counted once. */
export function countWords(changes: readonly Pick<SharedChange, 'kind'>[]): string {
  if (changes.length === 0) return 'no differences';
  return (['removed', 'changed', 'added'] as const)
    .map((kind) => [kind, changes.filter((change) => change.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

/** The most groups that are named. */
const mostGroups = 3;

/** Says in which groups a change is, and how many clusters that are: `in all 3 groups (9 clusters)`. */
export function groupWords({ groups }: Pick<SharedChange, 'groups'>, { all, clusters }: ChangePlaces): string {
  const count = groups.reduce((sum, group) => sum + (clusters.get(group)?.length ?? 0), 0);
  const many = count === 0 ? '' : ` (${countOf(count, 'cluster')})`;
  if (groups.length === all && all > 1) return `in all ${all} groups${many}`;
  return `${groupNames(groups)}${many}`;
}

/** Names groups: `in us/east, us/west, eu and 2 more groups`. */
export function groupNames(groups: readonly string[]): string {
  const more = groups.length - mostGroups;
  return `in ${groups.slice(0, mostGroups).join(', ')}${more > 0 ? ` and ${countOf(more, 'more group', 'more groups')}` : ''}`;
}

/** What there is to say of a change of a field: in one line, or in lines where the text has several. */
export type FieldWords =
  | { readonly kind: 'values'; readonly before?: string; readonly after?: string }
  | { readonly kind: 'note'; readonly note: string }
  | { readonly kind: 'lines'; readonly lines: readonly TextLine[] };

/** Puts a change of a field into words. */
export function fieldWords({ kind, before, after, hidden }: FieldChange): FieldWords {
  if (hidden) return { kind: 'note', note: `${kind}, its value is not shown` };
  if (kind === 'reordered') return { kind: 'note', note: 'the same items in another order' };
  if (typeof before === 'string' && typeof after === 'string') {
    const lines = changedTextLines(before, after);
    if (lines !== undefined) return { kind: 'lines', lines };
  }
  return {
    kind: 'values',
    ...(before !== undefined && { before: shownValue(before) }),
    ...(after !== undefined && { after: shownValue(after) }),
  };
}

/** The most characters of a value that are shown. */
const longestValue = 160;

function shownValue(value: Value): string {
  const text = valueText(value);
  if (text.length <= longestValue) return text;
  return `${text.slice(0, longestValue).replace(/[\ud800-\udbff]$/, '')}… (${text.length - longestValue} more characters)`;
}
