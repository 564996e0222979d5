import type { MessagePort } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { type DescribedChanges, describeChanges } from '../../diff/view/describe.ts';
import { Failure } from '../../failure.ts';
import { type ParsedSettings, parseSettingsHere } from '../../platform/settings-parser.ts';
import type { PlannedLeaf } from '../leaf/plan.ts';
import { type PlannedRender, planPlatform } from '../platform.ts';
import type { ParsedText } from '../source/kustomization.ts';
import { lazyTrees } from './lazy-contents.ts';
import {
  type DescribeTask,
  type PlanTask,
  type SettingsTask,
  type ThreadAnswer,
  type ThreadMessage,
  unpackContents,
} from './messages.ts';

/*
 * What runs in a thread of the pool: it does one thing at a time, and may be ended at any moment. It has no
 * environment and opens no file; contents come from the main thread.
 */

/** Kustomizations that this thread has parsed. Parsed, they take some thirty times as much memory. */
const parsed = new LRUCache<string, ParsedText>({
  maxSize: 2 * 1024 * 1024,
  sizeCalculation: (each) => ('content' in each ? each.content.text.length : each.problem.length) + 256,
});

/** Plans one environment. */
export function plan(task: PlanTask): ThreadAnswer<PlannedRender> {
  return answerOf(task.port, () => {
    const openTree = lazyTrees(task);
    const otherMains = task.otherMains.map(({ what, tree }) => ({ what, tree: openTree(tree) }));
    const trees = { main: openTree(task.main), config: openTree(task.config), otherMains };
    return withoutTrees(planPlatform({ ...task.inputs, ...trees }, parsed));
  });
}

/** Parses one file of settings. */
export function parseSettings({ file, port }: SettingsTask): ThreadAnswer<ParsedSettings[keyof ParsedSettings]> {
  return answerOf(port, () => parseSettingsHere(file));
}

/** Describes the changes of one branch. */
export function describe({ port, contents, ...changed }: DescribeTask): ThreadAnswer<DescribedChanges> {
  return answerOf(port, () => describeChanges({ ...changed, contents: unpackContents(contents) }));
}

/** Says that the thread has begun, and answers what the work does, or its failure. */
function answerOf<T>(port: MessagePort, work: () => T): ThreadAnswer<T> {
  port.postMessage({ kind: 'began' } satisfies ThreadMessage);
  try {
    return { done: work() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { failure: { type: error.type, message: error.message } };
  } finally {
    port.close();
  }
}

/** Leaves the trees out, which are large and known to whoever asked. */
function withoutTrees({ environment, commits, leaves, waiting, emptied, warnings }: PlannedRender): PlannedRender {
  const nameOf = ({ mount, revision }: PlannedRender['commits']['main']) => ({ mount, revision });
  return {
    environment,
    commits: { main: nameOf(commits.main), config: nameOf(commits.config) },
    leaves: leaves.map(withoutDirectories),
    waiting,
    emptied,
    warnings,
  };
}

function withoutDirectories({ assignment: { group, path, base }, root, files, chart }: PlannedLeaf): PlannedLeaf {
  const withoutContent = [...files].map(([at, file]): [string, typeof file] => [
    at,
    typeof file === 'string' ? file : { path: file.path, oid: file.oid, size: file.size, content: undefined },
  ]);
  return { assignment: { group, path, base: { path: base.path } }, root, files: new Map(withoutContent), chart };
}
