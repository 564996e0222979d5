import { Failure } from '../failure.ts';
import { shortSha } from '../short-names.ts';
import { assign, type WaitingAssignment } from './assignment/assign.ts';
import { unreadProblems } from './assignment/unread.ts';
import { sameObjectTwice } from './layout/conflicts.ts';
import { type Layout, layOut } from './layout/files.ts';
import type { LeafCache } from './leaf/cache.ts';
import { createContributor } from './leaf/contribution.ts';
import { type LeafPlan, planLeaf } from './leaf/plan.ts';
import { joinErrors, type LeafProblem, leafWords, renderLeaves } from './leaf/render.ts';
import { findBases } from './source/bases.ts';
import { openSources, type Sources } from './source/sources.ts';
import type { Renderer, SourceTree } from './types.ts';

/*
 * Invariants of rendering: the same two commits give the same bytes, wherever and however often they are rendered.
 * Nothing but the files of the two commits is read. An environment is rendered whole or not at all; it is never empty.
 * Each problem names the place and the remedy.
 */

export type { WaitingAssignment } from './assignment/assign.ts';
export type { LeafCache } from './leaf/cache.ts';
export { basesOf } from './source/bases.ts';

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
  /** The paths of bases at main's head and in the deployed commit. Assignments of these wait instead of failing. */
  readonly alsoBases: ReadonlySet<string>;
}

/** The files that the branch of one environment should hold, provenance aside. */
export interface RenderedPlatform extends Layout {
  /** Assignments that were left out because their base is not in this commit of main. */
  readonly waiting: readonly WaitingAssignment[];
  /** The versions of the programs that rendered it. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The leaves that are to be rendered, and those that wait. */
export interface PlannedPlatform {
  readonly sources: Sources;
  readonly leaves: readonly LeafPlan[];
  readonly waiting: readonly WaitingAssignment[];
}

/**
 * Works out what to render, without rendering it. Throws `Failure` RenderFailed with all problems of the assignments,
 * or with the errors of up to ten leaves; each names file, line and remedy.
 */
export function planPlatform(inputs: PlatformInputs): PlannedPlatform {
  const { main, config, alsoBases } = inputs;
  const own = { urls: inputs.sourceRepositories, mainBranch: inputs.mainBranch ?? 'main' };
  const sources = openSources(main, config, own);
  const bases = findBases(sources.main, sources.kustomization, own);
  const assignments = assign({ ...sources, bases, alsoBases, reader: sources.kustomization });
  const { assigned, waiting } = assignments;
  if (assignments.problems.length > 0) throw renderFailure(inputs, assignments.problems);
  if (assigned.length === 0) throw renderFailure(inputs, [nothingAssignedProblem(inputs, waiting)]);
  const contribute = createContributor(sources);
  const errors: LeafProblem[] = [];
  const leaves = assigned.flatMap((assignment) => {
    try {
      return [planLeaf(sources, contribute, assignment)];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      errors.push({ leaf: leafWords(sources, { assignment }), message: error.message });
      return [];
    }
  });
  if (errors.length > 0) throw renderFailure(inputs, [joinErrors(errors)]);
  const unread = unreadProblems(sources, leaves, { waiting, bases: new Set(bases.keys()) });
  if (unread.length > 0) throw renderFailure(inputs, unread);
  return { sources, leaves, waiting };
}

/**
 * Renders one environment: the bases of `main` with the values of `config`. Throws `Failure` RenderFailed for problems
 * of assignments and leaves, for an object that comes twice and where there is none; and what the renderer throws.
 */
export async function renderPlatform(
  inputs: PlatformInputs,
  renderer: Renderer,
  options: { readonly cache?: LeafCache; readonly signal?: AbortSignal } = {},
): Promise<RenderedPlatform> {
  const { sources, leaves, waiting } = planPlatform(inputs);
  const rendered = await renderLeaves(sources, leaves, { renderer, ...options });
  const outputs = rendered.map(({ plan: { assignment }, output }) => ({
    group: assignment.group,
    path: assignment.base.path,
    output,
  }));
  const conflicts = sameObjectTwice(outputs);
  if (conflicts.length > 0) throw renderFailure(inputs, conflicts);
  const layout = layOut(outputs);
  if (layout.objects === 0) {
    throw renderFailure(inputs, [
      'none of the assigned bases yields an object. An empty environment is never what is wanted.',
    ]);
  }
  return { ...layout, waiting, versions: await renderer.versions() };
}

function nothingAssignedProblem({ config }: PlatformInputs, waiting: readonly WaitingAssignment[]): string {
  const why =
    waiting.length === 0
      ? 'it has no directory <group>/<path of a base>'
      : `all that it assigns is waiting for main: ${waiting.map(({ group, path }) => `${group}/${path}`).join(', ')}`;
  return `config ${shortSha(config.revision)} assigns no base to any group: ${why}. An empty environment is never what is wanted.`;
}

function renderFailure({ environment }: PlatformInputs, problems: readonly string[]): Failure {
  const text = problems.join('\n');
  return new Failure(
    'RenderFailed',
    `${environment} cannot be rendered${problems.length > 1 || text.includes('\n') ? ':\n' : ': '}${text}`,
  );
}
