import { createBreath } from '../../async/breath.ts';
import { limits } from '../../platform/limits.ts';
import type { ObjectId, SourceTree } from '../types.ts';
import { provenanceOf } from './branch.ts';
import type { BranchChanges } from './compose.ts';
import { objectKey } from './conflicts.ts';
import { isOwnKustomization } from './kustomization-text.ts';
import { findMadeAnew } from './made-anew.ts';
import { eachObject, type ObjectText, tooManyObjects } from './objects.ts';
import { folderFinder } from './own-folders.ts';
import { parseProvenance, provenancePath } from './provenance.ts';

/** The objects of one group that a render adds, changes and removes, each list in the order of the files. */
export interface GroupSummary {
  readonly group: string;
  readonly added: readonly ObjectId[];
  readonly changed: readonly ObjectId[];
  readonly removed: readonly ObjectId[];
  /** Those that change, or come from another group, and that Flux may delete and make anew. */
  readonly madeAnew?: readonly ObjectId[];
}

/** The groups in which something changes, sorted by name. */
export type ChangeSummary = readonly GroupSummary[];

/** Summarizes what a render changes on a branch: by object, not by file. Others get their turn meanwhile. */
export async function summarize(input: {
  readonly branch: SourceTree | undefined;
  readonly changes: BranchChanges;
}): Promise<ChangeSummary> {
  const { branch, changes } = input;
  const groups = changedGroups(branch, changes);
  const groupsOf = folderFinder(groups);
  const before = new Map<string, Map<string, ObjectText>>();
  const after = new Map<string, Map<string, ObjectText>>();
  const addObjects = createAdding();
  for (const [path, text] of changes) {
    if (isOwnKustomization(path)) continue;
    const group = groupsOf(path)[0];
    if (group === undefined) continue;
    await addObjects(before, group, { path, text: branch?.files.get(path)?.content?.toString('utf8') ?? '' });
    await addObjects(after, group, { path, text: text ?? '' });
  }
  const madeAnew = findMadeAnew(before, after);
  return groups
    .map((group) => {
      const anew = madeAnew(group);
      const compared = compareObjects(group, before.get(group) ?? new Map(), after.get(group) ?? new Map());
      return anew.length === 0 ? compared : { ...compared, madeAnew: anew };
    })
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

/** Lists the groups before and after. */
function changedGroups(branch: SourceTree | undefined, changes: BranchChanges): readonly string[] {
  const last = [...(provenanceOf(branch)?.groups.keys() ?? [])];
  const text = changes.get(provenancePath);
  const next = text ? [...parseProvenance(text).groups.keys()] : [];
  return [...new Set([...last, ...next])];
}

type ObjectsByGroup = Map<string, Map<string, ObjectText>>;

/** Makes a function that adds the objects of files. Throws `Failure` Refused where a branch has more than any render brings. */
function createAdding(): (
  into: ObjectsByGroup,
  group: string,
  file: { readonly path: string; readonly text: string },
) => Promise<void> {
  let left = 2 * limits.environmentObjects;
  const breathe = createBreath();
  return async (into, group, { path, text }) => {
    const objects = into.get(group) ?? new Map<string, ObjectText>();
    await breathe();
    for (const object of eachObject(text)) {
      left -= 1;
      if (left % 100 === 0) await breathe();
      objects.set(objectKey(object.id), object);
    }
    if (left < 0) throw tooManyObjects(path);
    into.set(group, objects);
  };
}
