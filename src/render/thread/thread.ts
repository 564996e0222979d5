import { LRUCache } from 'lru-cache';
import { type DescribedChanges, describeChanges } from '../../diff/view/describe.ts';
import { type ParsedSettings, parseSettingsHere } from '../../platform/settings-parser.ts';
import { answerOf, type ThreadAnswer, unpackContents } from '../../threads/messages.ts';
import type { PlannedLeaf } from '../leaf/plan.ts';
import { filesDigest } from '../leaf/request.ts';
import { type PlannedRender, planPlatform } from '../platform.ts';
import type { ParsedText } from '../source/kustomization.ts';
import { lazyTrees } from './lazy-contents.ts';
import { listedTree } from './listed-tree.ts';
import type { DescribeTask, PlanTask, SettingsTask } from './messages.ts';
import { neededFirst } from './needed-first.ts';
import { createPlanMemory, type PlanQuestion } from './plan-memory.ts';

/*
 * What runs in a thread of the pool: it does one thing at a time, and may be ended at any moment. It has no
 * environment and opens no file; contents come from the main thread.
 */

/** Kustomizations that this thread has parsed. Parsed, they take some thirty times as much memory. */
const parsed = new LRUCache<string, ParsedText>({
  maxSize: 2 * 1024 * 1024,
  sizeCalculation: (each) => ('content' in each ? each.content.text.length : each.problem.length) + 256,
});

/** Plans that this thread has made. */
const memory = createPlanMemory();

/** Does nothing: a thread that can answer has started. */
export function start(): void {}

/** Plans one environment. */
export function plan(task: PlanTask): ThreadAnswer<PlannedRender> {
  return answerOf(task.port, () => {
    const question = questionOf(task);
    const known = memory.recall(question);
    if (known) return known;
    const planned = planListed(task, question);
    memory.remember(question, planned);
    return planned;
  });
}

function questionOf({ main, config, otherMains, inputs }: PlanTask): PlanQuestion {
  return {
    key: JSON.stringify({ ...inputs, alsoBases: [...inputs.alsoBases] }),
    main: listedTree(main),
    config: listedTree(config),
    others: otherMains.map(({ what, tree }) => ({ what, listed: listedTree(tree) })),
  };
}

function planListed(task: PlanTask, { main, config, others }: PlanQuestion): PlannedRender {
  const { openTree, readAhead } = lazyTrees(task);
  const otherMains = others.map(({ what, listed }) => ({ what, tree: openTree(listed) }));
  const inputs = { ...task.inputs, main: openTree(main), config: openTree(config), otherMains };
  readAhead(neededFirst(inputs));
  return withoutTrees(planPlatform(inputs, parsed));
}

/** Parses one file of settings. */
export function parseSettings({ file, port }: SettingsTask): ThreadAnswer<ParsedSettings[keyof ParsedSettings]> {
  return answerOf(port, () => parseSettingsHere(file));
}

/** Describes the changes of one branch. */
export function describe({ port, contents, ...changed }: DescribeTask): ThreadAnswer<DescribedChanges> {
  return answerOf(port, () => describeChanges({ ...changed, contents: unpackContents(contents) }));
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
  const digest = filesDigest(files);
  return {
    assignment: { group, path, base: { path: base.path } },
    root,
    files: new Map(withoutContent),
    digest,
    chart,
  };
}
