import { Failure } from '../failure.ts';
import { bytesText, limits } from '../platform/limits.ts';
import { shortSha } from '../short-names.ts';
import { assign, type WaitingAssignment } from './assignment/assign.ts';
import { unreadProblems } from './assignment/unread.ts';
import { sameObjectTwice } from './layout/conflicts.ts';
import { type LaidOutLeaf, type Layout, layOut } from './layout/files.ts';
import { createChartGatherer } from './leaf/chart.ts';
import { createContributor } from './leaf/contribution.ts';
import type { RenderTools } from './leaf/outputs.ts';
import { type LeafPlan, type PlannedLeaf, planLeaf } from './leaf/plan.ts';
import { joinErrors, type LeafProblem, leafWords, renderLeaves } from './leaf/render.ts';
import { refusePointersOf } from './leaf/request.ts';
import { createBases } from './source/bases.ts';
import { clashingNames } from './source/clashing-names.ts';
import { knownBases, type OtherMain, otherBases } from './source/known-bases.ts';
import type { ParsedKustomizations } from './source/kustomization.ts';
import type { FileNode } from './source/nodes.ts';
import { type CommitName, type Commits, openSources, placeOf, type Sources } from './source/sources.ts';
import type { SourceTree } from './types.ts';

/*
 * Invariants of rendering: the same two commits give the same bytes, wherever and however often they are rendered.
 * Nothing but the files of the two commits is read, and what a chart keeps of what the GitOps branch holds: then the head
 * that is rendered on belongs to what gives the same bytes. An environment is rendered whole or not at all; it is never empty.
 * Each problem names the place and the remedy.
 */

export type { WaitingAssignment } from './assignment/assign.ts';
export type { LeafCache } from './leaf/cache.ts';
export type { ReadContents } from './leaf/contents.ts';
export type { RenderTools } from './leaf/outputs.ts';
export { type HeldFiles, withoutBranch } from './leaf/unstable/held.ts';
export { basesOf } from './source/bases.ts';
export type { OtherMain } from './source/known-bases.ts';

/** The inputs of the render of one environment. */
export interface PlatformInputs {
  readonly main: SourceTree;
  readonly config: SourceTree;
  /** The name of the environment, for messages. */
  readonly environment: string;
  /**
   * URLs by which kustomizations may refer to the source repository: the one it is fetched from, `source.repository`.
   */
  readonly sourceRepositories: readonly string[];
  /** The main branch of the source repository, which references may name. Default: `main`. */
  readonly mainBranch?: string;
  /** The paths of bases that are on main besides. Assignments of these wait instead of failing. */
  readonly alsoBases: ReadonlySet<string>;
  /** Other commits of main: its head and the deployed one. Assignments of their bases wait, too. */
  readonly otherMains?: readonly OtherMain[];
}

/** The files that the branch of one environment should hold, provenance aside. */
export interface RenderedPlatform extends Layout {
  /** Assignments that were left out because their base is not in this commit of main. */
  readonly waiting: readonly WaitingAssignment[];
  /** Sentences on what is wrong and stops nothing. */
  readonly warnings: readonly string[];
  /** Sentences on placeholders, where it is not known what the GitOps branch holds. */
  readonly placeholders: readonly string[];
  /** The versions of the programs that rendered it. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What is to be rendered, and what waits. Nothing of it was rendered or, but for what decides about it, read. */
export interface PlannedRender {
  readonly environment: string;
  readonly commits: Commits;
  readonly leaves: readonly PlannedLeaf[];
  readonly waiting: readonly WaitingAssignment[];
  /** Groups to which nothing goes, and whose folders stay with an empty kustomization. */
  readonly emptied: readonly string[];
  /** Sentences on what is wrong and stops nothing. */
  readonly warnings: readonly string[];
}

/** A plan with the trees that it was made from. */
export interface PlannedPlatform extends PlannedRender {
  readonly sources: Sources;
  readonly leaves: readonly LeafPlan[];
}

/**
 * Works out what to render, without rendering it; only what the environment's assignments reach is parsed. Throws
 * `Failure` RenderFailed with all problems of the assignments, or with the errors of up to ten leaves; each names file,
 * line and remedy. `parsed` remembers kustomizations between plans.
 */
export function planPlatform(inputs: PlatformInputs, parsed?: ParsedKustomizations): PlannedPlatform {
  const { main, config, alsoBases, environment, otherMains = [] } = inputs;
  const own = { urls: inputs.sourceRepositories, mainBranch: inputs.mainBranch ?? 'main' };
  const sources = openSources({ main, config }, own, parsed);
  const warnings: string[] = [];
  const warn = (sentence: string) => void warnings.push(sentence);
  const bases = createBases(sources.main, sources.kustomization, own);
  const others = otherMains.map((other) => otherBases(other, { own, read: sources.kustomization }, warn));
  const known = knownBases(bases, alsoBases, others);
  const { assigned, waiting, emptied, problems } = assign({ ...sources, known, reader: sources.kustomization });
  if (problems.length > 0) throw renderFailure(inputs, problems);
  if (assigned.length === 0) throw renderFailure(inputs, [nothingAssignedProblem(inputs, waiting)]);
  if (assigned.length > limits.environmentLeaves) throw renderFailure(inputs, [tooManyLeavesProblem(assigned.length)]);
  const parts = { contribute: createContributor(sources), gatherChart: createChartGatherer(sources) };
  const errors: LeafProblem[] = [];
  const leaves = assigned.flatMap((assignment) => {
    try {
      return [planLeaf(sources, parts, assignment)];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      errors.push({ leaf: leafWords(sources, { assignment }), message: error.message });
      return [];
    }
  });
  if (errors.length > 0) throw renderFailure(inputs, [joinErrors(errors)]);
  const unread = unreadProblems(sources, leaves, { waiting, bases });
  if (unread.length > 0) throw renderFailure(inputs, unread);
  refuseTooMuch(inputs, sources, leaves);
  for (const source of [sources.main, sources.config]) warnings.push(...clashingNames(source, pathsIn(source, leaves)));
  return { environment, commits: sources, sources, leaves, waiting, emptied, warnings };
}

/**
 * Checks the contents of what was planned, as far as that needs no rendering. Throws `Failure` RenderFailed with the errors
 * of up to ten leaves.
 */
export function checkContents(planned: PlannedRender): void {
  const errors = planned.leaves.flatMap((plan): readonly LeafProblem[] => {
    try {
      refusePointersOf(planned.commits, plan);
      return [];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [{ leaf: leafWords(planned.commits, plan), message: error.message }];
    }
  });
  if (errors.length > 0) throw renderFailure(planned, [joinErrors(errors)]);
}

/**
 * Renders what was planned: the bases of one commit with the values of another. Throws `Failure` RenderFailed for
 * problems of leaves, for an object that comes twice and where there is none; and what the renderer throws.
 */
export async function renderPlanned(planned: PlannedRender, tools: RenderTools): Promise<RenderedPlatform> {
  const { commits, leaves, waiting, emptied, warnings } = planned;
  const rendered = await renderLeaves(commits, leaves, tools).catch((error: unknown) => {
    const isOfLeaves = error instanceof Failure && error.type === 'RenderFailed';
    throw isOfLeaves ? renderFailure(planned, [error.message]) : error;
  });
  const outputs = rendered.map(({ plan: { assignment }, output }) => ({
    group: assignment.group,
    path: assignment.base.path,
    output,
  }));
  const conflicts = sameObjectTwice(outputs);
  if (conflicts.length > 0) throw renderFailure(planned, conflicts);
  const layout = layOut(outputs, emptied);
  if (layout.objects === 0) {
    throw renderFailure(planned, [
      'none of the assigned bases yields an object. An empty environment is never what is wanted.',
    ]);
  }
  return {
    ...layout,
    waiting,
    warnings,
    placeholders: placeholdersIn(outputs),
    versions: await tools.renderer.versions(),
  };
}

/** Says where a placeholder stands for what the GitOps branch holds. */
function placeholdersIn(outputs: readonly LaidOutLeaf[]): readonly string[] {
  return outputs.flatMap(({ group, path, output: { placeholders = [] } }) =>
    placeholders.map(
      (field) => `${group}/${path}: ${field}: a placeholder stands for what the GitOps branch holds, which is kept.`,
    ),
  );
}

/** Lists the paths of the leaves, and of what they read, in one of the commits. */
function pathsIn({ mount }: CommitName, leaves: readonly PlannedLeaf[]): readonly string[] {
  return leaves.flatMap(({ assignment, files }) => [
    mount === '/main' ? assignment.base.path : assignment.path,
    ...[...files.keys()].flatMap((path) => (path.startsWith(`${mount}/`) ? [path.slice(mount.length + 1)] : [])),
  ]);
}

/** Plans and renders one environment whose trees are in memory. Throws what `planPlatform` and `renderPlanned` throw. */
export async function renderPlatform(
  inputs: PlatformInputs,
  renderer: RenderTools['renderer'],
  options: Omit<RenderTools, 'renderer'> = {},
): Promise<RenderedPlatform> {
  return renderPlanned(planPlatform(inputs), { renderer, ...options });
}

/** Throws `Failure` RenderFailed where the files of all leaves together are more than one environment may read. */
function refuseTooMuch(inputs: PlatformInputs, { main, config }: Sources, leaves: readonly LeafPlan[]): void {
  const files = new Map<string, { readonly mount: string; readonly file: FileNode }>();
  for (const leaf of leaves)
    for (const [path, file] of leaf.files)
      if (typeof file !== 'string') files.set(file.oid, { mount: path.slice(0, path.indexOf('/', 1)), file });
  const total = [...files.values()].reduce((sum, { file }) => sum + file.size, 0);
  if (total <= limits.environmentBytes) return;
  const [largest] = [...files.values()].sort((a, b) => b.file.size - a.file.size);
  const place = largest && placeOf(largest.mount === '/main' ? main : config, largest.file.path);
  throw renderFailure(inputs, [
    `its leaves read ${bytesText(total)}, and one environment may read ${bytesText(limits.environmentBytes)}. ` +
      `The largest file is ${place} with ${bytesText(largest?.file.size ?? 0)}. Take out what the leaves do not need, or divide the environment.`,
  ]);
}

function tooManyLeavesProblem(leaves: number): string {
  return `its groups have ${leaves} leaves, and one environment may have ${limits.environmentLeaves}. Divide the environment.`;
}

function nothingAssignedProblem({ config }: PlatformInputs, waiting: readonly WaitingAssignment[]): string {
  const why =
    waiting.length === 0
      ? 'it has no directory <group>/<path of a base>'
      : `all that it assigns is waiting for main: ${waiting.map(({ group, path }) => `${group}/${path}`).join(', ')}`;
  return `config ${shortSha(config.revision)} assigns no base to any group: ${why}. An empty environment is never what is wanted.`;
}

function renderFailure({ environment }: Pick<PlannedRender, 'environment'>, problems: readonly string[]): Failure {
  const text = problems.join('\n');
  return new Failure(
    'RenderFailed',
    `${environment} cannot be rendered${problems.length > 1 || text.includes('\n') ? ':\n' : ': '}${text}`,
  );
}
