import { LRUCache } from 'lru-cache';
import { limits } from '../../platform/limits.ts';
import { shortSha } from '../../short-names.ts';
import type { PlannedLeaf } from '../leaf/plan.ts';
import { filesDigest } from '../leaf/request.ts';
import type { PlannedRender } from '../platform.ts';
import { kustomizationNames } from '../source/kustomization.ts';
import type { FileNode } from '../source/nodes.ts';
import type { Mount } from '../source/tree.ts';
import type { ListedFile, ListedTree } from './listed-tree.ts';

/** What is planned. */
export interface PlanQuestion {
  /** Everything else that decides about the plan. */
  readonly key: string;
  readonly main: ListedTree;
  readonly config: ListedTree;
  /** Other commits of main, and what each of them is. */
  readonly others: readonly { readonly what: string; readonly listed: ListedTree }[];
}

/** Remembers plans. */
export interface PlanMemory {
  /**
   * Answers the plan that planning would give, where it is known from an earlier one: planning reads paths, modes and the contents
   * of some files. Where all of these are as they were, it goes the very same way, and only the ids of other files differ.
   */
  recall(question: PlanQuestion): PlannedRender | undefined;
  /** Takes a plan, and which files were read for it. */
  remember(question: PlanQuestion, planned: PlannedRender): void;
}

/** The files that all remembered plans list and carry, some hundred bytes each. */
const mostFiles = 150_000;

/** Makes a memory of plans: the last one for each environment, as long as there is room. */
export function createPlanMemory(): PlanMemory {
  const remembered = new LRUCache<string, PlanQuestion & { readonly planned: PlannedRender }>({
    maxSize: mostFiles,
    sizeCalculation: ({ planned, ...question }) =>
      1 + sum(treesOf(question), ({ files }) => files.length) + sum(planned.leaves, ({ files }) => files.size),
  });
  return {
    recall(question) {
      const earlier = remembered.get(question.key);
      if (!earlier || mayReadTooMuch(question)) return undefined;
      const main = unreadChanges(earlier.main, question.main);
      const config = unreadChanges(earlier.config, question.config);
      if (!main || !config || !sayTheSame(earlier, question)) return undefined;
      return updated(earlier.planned, question, { '/main': main, '/config': config });
    },
    remember(question, planned) {
      // Warnings name commits.
      if (planned.warnings.length === 0) remembered.set(question.key, { ...question, planned });
    },
  };
}

function treesOf({ main, config, others }: PlanQuestion): readonly ListedTree[] {
  return [main, config, ...others.map(({ listed }) => listed)];
}

/**
 * Tells whether the other commits of main make no difference: they are as they were, or none of them, then and now, has a base
 * that main has not.
 */
function sayTheSame(earlier: PlanQuestion, now: PlanQuestion): boolean {
  const isUnchanged = now.others.every(({ what, listed }, index) => {
    const before = earlier.others[index];
    return before?.what === what && unreadChanges(before.listed, listed) !== undefined;
  });
  if (isUnchanged && earlier.others.length === now.others.length) return true;
  return [...earlier.others, ...now.others].every(({ listed }) => addsNothing(earlier.main, listed));
}

/**
 * Tells whether another commit of main has the very bases of the one that was planned. It is asked for a base only where that one has none
 * at the same path, and the answer is read in the same files. Its kustomizations are few enough to be read.
 */
function addsNothing(main: ListedTree, other: ListedTree): boolean {
  if (!unreadChanges(main, other)) return false;
  const sizes = other.files.flatMap(([path, { size }]) => (isKustomization(path) ? [size] : []));
  return (
    sizes.every((size) => size <= limits.kustomizationBytes) && sum(sizes, (size) => size) <= limits.otherCommitBytes
  );
}

function isKustomization(path: string): boolean {
  return kustomizationNames.includes(path.slice(path.lastIndexOf('/') + 1));
}

/** What all leaves read together has a bound; below it there is nothing to count. */
function mayReadTooMuch(question: PlanQuestion): boolean {
  return sum(treesOf(question), ({ files }) => sum(files, ([, { size }]) => size)) > limits.environmentBytes;
}

/** Sizes that decide how a file is read. */
const sizeBounds = [1_024, 4_096, limits.kustomizationBytes, limits.settingsBytes, limits.fileBytes];

/**
 * Lists the files of which only the content is another one, which nobody has read: path → file now. Undefined: more than that
 * is different.
 */
function unreadChanges(earlier: ListedTree | undefined, now: ListedTree): ReadonlyMap<string, ListedFile> | undefined {
  if (earlier?.files.length !== now.files.length) return undefined;
  const changes = new Map<string, ListedFile>();
  for (const [index, [path, file]] of now.files.entries()) {
    const [pathBefore, before] = earlier.files[index] ?? [];
    if (pathBefore !== path || before?.mode !== file.mode) return undefined;
    if (before.oid === file.oid) continue;
    const isUnread = !earlier.read.has(path) && !isKustomization(path);
    if (!isUnread || sizeBounds.some((bound) => before.size > bound !== file.size > bound)) return undefined;
    changes.set(path, file);
  }
  return changes;
}

/** Puts the files that there are now into a plan, and the names of the commits. */
function updated(
  planned: PlannedRender,
  trees: Pick<PlanQuestion, 'main' | 'config'>,
  changes: Readonly<Record<Mount, ReadonlyMap<string, ListedFile>>>,
): PlannedRender {
  const nodeNow = (at: string, file: FileNode): FileNode => {
    const now = changes[at.startsWith('/main/') ? '/main' : '/config'].get(file.path);
    return now ? { path: file.path, oid: now.oid, size: now.size, content: undefined } : file;
  };
  const isChanged = ({ files }: PlannedLeaf) =>
    [...files].some(([at, file]) => typeof file !== 'string' && nodeNow(at, file) !== file);
  const { main, config } = planned.commits;
  const names = [
    [`main ${shortSha(main.revision)}, `, `main ${shortSha(trees.main.revision)}, `],
    [`config ${shortSha(config.revision)}, `, `config ${shortSha(trees.config.revision)}, `],
  ] as const;
  const placeNow = (place: string) => {
    const [before, now] = names.find(([name]) => place.startsWith(name)) ?? ['', ''];
    return now + place.slice(before.length);
  };
  return {
    ...planned,
    commits: {
      main: { mount: main.mount, revision: trees.main.revision },
      config: { mount: config.mount, revision: trees.config.revision },
    },
    leaves: planned.leaves.map((leaf) => {
      const chart = leaf.chart && withPlaces(leaf.chart, placeNow);
      if (!isChanged(leaf)) return { ...leaf, chart };
      const files = new Map(
        [...leaf.files].map(([at, file]) => [at, typeof file === 'string' ? file : nodeNow(at, file)]),
      );
      return { ...leaf, files, digest: filesDigest(files), chart };
    }),
  };
}

function withPlaces(
  chart: NonNullable<PlannedLeaf['chart']>,
  placeNow: (place: string) => string,
): NonNullable<PlannedLeaf['chart']> {
  const { hookAnswers, unstable } = chart;
  if (!hookAnswers && !unstable) return chart;
  const moved = <T extends { readonly place: string }>(answers: readonly T[] | undefined) =>
    answers?.map((answer) => ({ ...answer, place: placeNow(answer.place) }));
  return { ...chart, ...(hookAnswers && { hookAnswers: moved(hookAnswers) }), unstable: moved(unstable) };
}

function sum<T>(items: readonly T[], size: (item: T) => number): number {
  return items.reduce((total, item) => total + size(item), 0);
}
