import { compareManifests } from '../compare.ts';
import { filesOfGroups } from '../groups.ts';
import { groupCountLines } from './group-counts.ts';
import { highlightLines } from './highlights.ts';
import { changesMarkdown } from './markdown.ts';
import { removedLines } from './removed.ts';
import { countWords } from './words.ts';

/** A file of a branch before and after, by the ids of its contents; undefined: it is not there. */
export interface ChangedFile {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** What changes on a GitOps branch. */
export interface ChangedBranch {
  /** The groups before and after. */
  readonly groups: readonly string[];
  readonly files: readonly ChangedFile[];
  /** The contents by their ids. */
  readonly contents: ReadonlyMap<string, Buffer>;
  /** Files that stay and that a kustomization which changes may list. */
  readonly staying: readonly string[];
  /** The page of a forge that has all of the change; undefined: there is none. */
  readonly page?: string | undefined;
  /** The most characters that the body of a request may have there. */
  readonly bodyLimit: number;
}

/** The changes of a branch, as a reviewer reads them. */
export interface DescribedChanges {
  /** The number of objects that go, counted in each group. */
  readonly removed: number;
  /** What is removed, in lines of Markdown: all of it, or the weightiest and how many more. */
  readonly removals: readonly string[];
  /** Namespaces, CustomResourceDefinitions, images and replicas that come or change, in lines of Markdown. */
  readonly highlights: readonly string[];
  /** The counts of each group, in lines of Markdown; empty where there is one group. */
  readonly byGroup: readonly string[];
  /** `1 removed, 2 changed`; an object of several groups is counted once. Undefined: no object changes. */
  readonly counts?: string;
  /** How many files only get another form. */
  readonly rewritten: number;
  /** The changes in Markdown for a forge. */
  readonly text: string;
}

/** Describes changes, perhaps in a process of its own. `repository` is the source of the platform for which it is done. */
export type DescribeChanges = (
  changed: ChangedBranch,
  options: { readonly repository: string; readonly signal?: AbortSignal },
) => Promise<DescribedChanges>;

/** What of the body of a request the changes may take: a part of it, and the most characters. */
const room = { part: 0.45, characters: 60_000 };
/**
 * What is parsed of objects that change, in characters: a second or two on a busy machine, by which a request is opened later. Of
 * further ones it is said that they changed.
 */
const parsedCharacters = 1_000_000;

/** Describes the changes of a branch where it is called, which stands still meanwhile: seconds for many megabytes. */
export function describeChanges({
  groups,
  files,
  contents,
  staying,
  page,
  bodyLimit,
}: ChangedBranch): DescribedChanges {
  const side = (which: 'before' | 'after') => {
    const texts = new Map(staying.map((path) => [path, '']));
    for (const file of files) {
      const oid = file[which];
      if (oid !== undefined) texts.set(file.path, contents.get(oid)?.toString('utf8') ?? '');
    }
    return filesOfGroups(texts, groups);
  };
  const { changes, objects, rewritten } = compareManifests(side('before'), side('after'), { parsedCharacters });
  const places = { all: groups.length, clusters: new Map<string, readonly string[]>(), page };
  return {
    removed: objects.removed,
    removals: removedLines(changes, places),
    highlights: highlightLines(changes, places),
    byGroup: groupCountLines(changes, groups.length),
    ...(changes.length > 0 && { counts: countWords(changes) }),
    rewritten: rewritten.length,
    text: changesMarkdown(changes, places, Math.min(bodyLimit * room.part, room.characters)).join('\n'),
  };
}
