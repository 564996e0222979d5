import { cutToBytes } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import { shortSha } from '../../short-names.ts';
import type { Commits } from '../source/sources.ts';
import type { LeafOutput } from '../types.ts';
import { contentsOfLeaves } from './contents.ts';
import { namespaceFrom } from './namespace.ts';
import type { OutputSize } from './output-size.ts';
import { LeafOutputs, type RenderTools } from './outputs.ts';
import type { PlannedLeaf } from './plan.ts';

/** A leaf that was rendered. */
export interface RenderedLeaf {
  readonly plan: PlannedLeaf;
  readonly output: LeafOutput;
}

/** The number of leaves that a message names at most: with more of them it helps nobody. */
const MOST_ERRORS = 10;
/** What the errors of leaves may take of a failure; the rest is for the environment's name. */
const leavesBytes = limits.failureBytes - 400;

/**
 * Renders all leaves, parents before the charts that need their Namespace. `plans` are sorted by path. Throws one
 * `Failure` RenderFailed with the errors of up to ten leaves, each with group, leaf, commits and the tool's message, or
 * where all leaves together are more than one environment may have; any other failure (of the pool itself) as it is.
 */
export async function renderLeaves(
  commits: Commits,
  plans: readonly PlannedLeaf[],
  tools: RenderTools,
): Promise<readonly RenderedLeaf[]> {
  const { readContents } = tools;
  const contentsOf = readContents && contentsOfLeaves(plans, readContents);
  const outputs = new LeafOutputs(commits, { ...tools, contentsOf }, await tools.renderer.versions());
  const errors: LeafProblem[] = [];
  const renderOrNote = async (plan: PlannedLeaf, started: Started) => {
    try {
      return await renderLeaf(plan, outputs, started);
    } catch (error) {
      const isOfLeaf = error instanceof Failure && error.type === 'RenderFailed';
      if (isOfLeaf) errors.push({ leaf: leafWords(commits, plan), message: error.message });
      if (!isOfLeaf || errors.length >= MOST_ERRORS) outputs.stop();
      if (!isOfLeaf) throw error;
      return undefined;
    }
  };
  const started = new Map<string, Promise<LeafOutput | undefined>>();
  // Sorted by path, a parent has started before its children ask for it.
  for (const plan of plans) started.set(plan.assignment.path, renderOrNote(plan, started));
  const finished = await Promise.all(started.values()).finally(async () => {
    // The cache gets them also when leaves failed or the attempt is ended, so that the next one goes on from there.
    await Promise.allSettled(started.values());
    outputs.remember();
  });
  if (errors.length > 0) throw new Failure('RenderFailed', joinErrors(errors));
  if (outputs.size.isTooLarge) throw tooLarge(commits, outputs.size);
  return plans.flatMap((plan, index) => {
    const output = finished[index];
    return output ? [{ plan, output }] : [];
  });
}

function tooLarge(commits: Commits, { largest, hasTooMany }: OutputSize): Failure {
  if (hasTooMany)
    return new Failure(
      'RenderFailed',
      `its leaves render to more than ${limits.environmentObjects} objects, which is what one environment may have. ` +
        'Take a base out of some groups, or divide the environment.',
    );
  const leaf = largest && `${leafWords(commits, largest.plan)} with ${bytesText(largest.bytes)}`;
  return new Failure(
    'RenderFailed',
    `its leaves render to more than ${bytesText(limits.environmentOutputBytes)}, which is what one environment may have. ` +
      `The largest of them is ${leaf}. Make the leaves smaller, or divide the environment.`,
  );
}

/** Path of a leaf → its output; undefined where it or a parent failed. */
type Started = ReadonlyMap<string, Promise<LeafOutput | undefined>>;

async function renderLeaf(plan: PlannedLeaf, outputs: LeafOutputs, started: Started): Promise<LeafOutput | undefined> {
  if (!plan.chart || plan.chart.namespace !== undefined) return outputs.outputOf(plan, undefined);
  const parents = [];
  for (const path of parentPaths(plan)) {
    const parent = started.get(path);
    const output = await parent;
    // The parent's error is told; one of this leaf would only follow from it.
    if (parent && !output) return undefined;
    if (output) parents.push({ path, output });
  }
  const found = namespaceFrom(parents);
  if ('problem' in found) throw new Failure('RenderFailed', found.problem);
  return outputs.outputOf(plan, found.namespace);
}

/** The failure of one leaf. */
export interface LeafProblem {
  /** The leaf, as `leafWords` names it. */
  readonly leaf: string;
  readonly message: string;
}

/** Names a leaf by group, path and commits. */
export function leafWords({ main, config }: Commits, { assignment }: Pick<PlannedLeaf, 'assignment'>): string {
  const commits = `main ${shortSha(main.revision)}, config ${shortSha(config.revision)}`;
  return `group ${assignment.group}, leaf ${assignment.base.path} (${commits})`;
}

/**
 * Joins the errors of leaves to one message, in a fixed order, and says where there may be more of them. Each is cut, so
 * that a tool's long message takes no other leaf's place.
 */
export function joinErrors(errors: readonly LeafProblem[]): string {
  const shown = [...errors].sort((a, b) => (a.leaf < b.leaf ? -1 : 1)).slice(0, MOST_ERRORS);
  const most = Math.floor(leavesBytes / shown.length);
  const rest = errors.length >= MOST_ERRORS ? ['There may be more; mend these first.'] : [];
  return [...shown.map(({ leaf, message }) => cutToBytes(`${leaf}: ${message}`, most)), ...rest].join('\n');
}

/** Lists the paths of leaves of the same group whose base may lie above, closest first. */
function parentPaths({ assignment }: PlannedLeaf): readonly string[] {
  const names = assignment.base.path.split('/');
  return names.slice(2).map((_, index) => `${assignment.group}/${names.slice(0, names.length - 1 - index).join('/')}`);
}
