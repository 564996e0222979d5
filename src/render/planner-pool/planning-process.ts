import { LRUCache } from 'lru-cache';
import { describeChanges } from '../../diff/view/describe.ts';
import { parseSettingsHere } from '../../platform/settings-parser.ts';
import { serveTasks, type TaskSupply } from '../../processes/serve.ts';
import type { PlannedLeaf } from '../leaf/plan.ts';
import { filesDigest } from '../leaf/request.ts';
import { type PlannedRender, planPlatform } from '../platform.ts';
import type { ParsedText } from '../source/kustomization.ts';
import { lazyTrees } from './lazy-contents.ts';
import { listedTree } from './listed-tree.ts';
import type { PlanTask } from './messages.ts';
import { neededFirst } from './needed-first.ts';
import { createPlanMemory, type PlanQuestion } from './plan-memory.ts';

/*
 * What runs in a process of its own: it does one thing at a time, and may be ended at any moment. It has no environment and opens no
 * file; contents come from whoever has started it.
 */

/** Kustomizations that this process has parsed. Parsed, they take some thirty times as much memory. */
const parsed = new LRUCache<string, ParsedText>({
  maxSize: 2 * 1024 * 1024,
  sizeCalculation: (each) => ('content' in each ? each.content.text.length : each.problem.length) + 256,
});

/** Plans that this process has made. */
const memory = createPlanMemory();

/** Plans one environment. */
function plan(task: PlanTask, { read }: TaskSupply): PlannedRender {
  const question = questionOf(task);
  const known = memory.recall(question);
  if (known) return known;
  const planned = planListed(task, question, read);
  memory.remember(question, planned);
  return planned;
}

function questionOf({ main, config, otherMains, inputs }: PlanTask): PlanQuestion {
  return {
    key: JSON.stringify({ ...inputs, alsoBases: [...inputs.alsoBases] }),
    main: listedTree(main),
    config: listedTree(config),
    others: otherMains.map(({ what, tree }) => ({ what, listed: listedTree(tree) })),
  };
}

function planListed(task: PlanTask, { main, config, others }: PlanQuestion, read: TaskSupply['read']): PlannedRender {
  const { openTree, readAhead } = lazyTrees(read);
  const otherMains = others.map(({ what, listed }) => ({ what, tree: openTree(listed) }));
  const inputs = { ...task.inputs, main: openTree(main), config: openTree(config), otherMains };
  readAhead(neededFirst(inputs));
  return withoutTrees(planPlatform(inputs, parsed));
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

serveTasks({ plan, parseSettings: parseSettingsHere, describe: describeChanges });
