import type { ObjectId, SourceTree } from '../types.ts';
import { provenanceOf } from './branch.ts';
import type { BranchChanges } from './compose.ts';
import { objectKey } from './conflicts.ts';
import { type ObjectText, objectsIn } from './objects.ts';
import { parseProvenance, provenancePath } from './provenance.ts';

/** The objects of one group that a render adds, changes and removes, each list in the order of the files. */
export interface GroupSummary {
  readonly group: string;
  readonly added: readonly ObjectId[];
  readonly changed: readonly ObjectId[];
  readonly removed: readonly ObjectId[];
}

/** The groups in which something changes, sorted by name. */
export type ChangeSummary = readonly GroupSummary[];

/** Summarizes what a render changes on a branch, as a reviewer reads it: by object, not by file. */
export function summarize(input: {
  readonly branch: SourceTree | undefined;
  readonly changes: BranchChanges;
}): ChangeSummary {
  const { branch, changes } = input;
  const groups = changedGroups(branch, changes);
  const before = new Map<string, Map<string, ObjectText>>();
  const after = new Map<string, Map<string, ObjectText>>();
  for (const [path, text] of changes) {
    const group = groups.find((each) => path.startsWith(`${each}/`));
    if (group === undefined || isKustomization(path)) continue;
    addObjects(before, group, branch?.files.get(path)?.content?.toString('utf8') ?? '');
    addObjects(after, group, text ?? '');
  }
  return groups
    .map((group) => compareObjects(group, before.get(group) ?? new Map(), after.get(group) ?? new Map()))
    .filter(({ added, changed, removed }) => added.length + changed.length + removed.length > 0)
    .sort((a, b) => (a.group < b.group ? -1 : 1));
}

function compareObjects(
  group: string,
  before: ReadonlyMap<string, ObjectText>,
  after: ReadonlyMap<string, ObjectText>,
): GroupSummary {
  const pickIds = (from: ReadonlyMap<string, ObjectText>, test: (key: string, object: ObjectText) => boolean) =>
    [...from].filter(([key, object]) => test(key, object)).map(([, { id }]) => id);
  return {
    group,
    added: pickIds(after, (key) => !before.has(key)),
    changed: pickIds(after, (key, { text }) => before.has(key) && before.get(key)?.text !== text),
    removed: pickIds(before, (key) => !after.has(key)),
  };
}

/** Lists the groups before and after, the longest first, so that a folder belongs to the group nearest to it. */
function changedGroups(branch: SourceTree | undefined, changes: BranchChanges): readonly string[] {
  const last = [...(provenanceOf(branch)?.groups.keys() ?? [])];
  const text = changes.get(provenancePath);
  const next = text ? [...parseProvenance(text).groups.keys()] : [];
  return [...new Set([...last, ...next])].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

function addObjects(into: Map<string, Map<string, ObjectText>>, group: string, text: string): void {
  const objects = into.get(group) ?? new Map<string, ObjectText>();
  for (const object of objectsIn(text)) objects.set(objectKey(object.id), object);
  into.set(group, objects);
}

function isKustomization(path: string): boolean {
  return /(^|\/)kustomization\.yaml$/.test(path);
}
