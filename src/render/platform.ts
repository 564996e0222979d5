import { Failure } from '../failure.ts';
import { shortSha } from '../short-sha.ts';
import { assign, type WaitingAssignment } from './assignment/assign.ts';
import { unreadProblems } from './assignment/unread.ts';
import { sameObjectTwice } from './layout/conflicts.ts';
import { type Layout, layOut } from './layout/files.ts';
import type { LeafCache } from './leaf/cache.ts';
import { createContributor } from './leaf/contribution.ts';
import { type LeafPlan, planLeaf } from './leaf/plan.ts';
import { leafError, renderLeaves, severalErrors } from './leaf/render.ts';
import { findBases } from './source/bases.ts';
import { openSources, type Sources } from './source/sources.ts';
import type { Renderer, SourceTree } from './types.ts';

export type { WaitingAssignment } from './assignment/assign.ts';
export type { LeafCache } from './leaf/cache.ts';
export { basesOf } from './source/bases.ts';

export interface PlatformInputs {
  readonly main: SourceTree;
  readonly config: SourceTree;
  /** For messages. */
  readonly environment: string;
  /** URLs by which kustomizations may refer to the source repository: where it is fetched from, `source.repository`. */
  readonly sourceRepositories: readonly string[];
  /** Its main branch, which refs to it may name. Default: `main`. */
  readonly mainBranch?: string;
  /** Bases at main's head and at the deployed commit: assignments of these wait instead of failing. */
  readonly alsoBases: ReadonlySet<string>;
}

/** What one environment's branch should hold, provenance aside. */
export interface RenderedPlatform extends Layout {
  /** Assignments that were left out because their base is not there at this commit. */
  readonly waiting: readonly WaitingAssignment[];
  readonly versions: Readonly<Record<string, string>>;
}

export interface PlannedPlatform {
  readonly sources: Sources;
  readonly leaves: readonly LeafPlan[];
  readonly waiting: readonly WaitingAssignment[];
}

/**
 * Works out what to render, without rendering it. Throws `Failure` RenderFailed with all that is wrong with
 * assignments, or with the errors of up to ten leaves; each names file, line and remedy.
 */
export function planPlatform(inputs: PlatformInputs): PlannedPlatform {
  const { main, config, alsoBases } = inputs;
  const own = { urls: inputs.sourceRepositories, mainBranch: inputs.mainBranch ?? 'main' };
  const sources = openSources(main, config, own);
  const bases = findBases(sources.main, sources.kustomization, own);
  const assignments = assign({ ...sources, bases, alsoBases, reader: sources.kustomization });
  const { assigned, waiting } = assignments;
  if (assignments.problems.length > 0) throw failed(inputs, assignments.problems);
  if (assigned.length === 0) throw failed(inputs, [nothingAssigned(inputs, waiting)]);
  const contribute = createContributor(sources);
  const errors: string[] = [];
  const leaves = assigned.flatMap((assignment) => {
    try {
      return [planLeaf(sources, contribute, assignment)];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      errors.push(leafError(sources, { assignment }, error.message));
      return [];
    }
  });
  if (errors.length > 0) throw failed(inputs, [severalErrors(errors)]);
  const unread = unreadProblems(sources, leaves, waiting);
  if (unread.length > 0) throw failed(inputs, unread);
  return { sources, leaves, waiting };
}

/**
 * Renders one environment: the bases at `main` with the values of `config`. Deterministic. Throws `Failure`
 * RenderFailed (assignments, leaves, the same object twice, nothing rendered); failures of the pool as they are.
 */
export async function renderPlatform(
  inputs: PlatformInputs,
  renderer: Renderer,
  options: { readonly cache?: LeafCache; readonly signal?: AbortSignal } = {},
): Promise<RenderedPlatform> {
  const { sources, leaves, waiting } = planPlatform(inputs);
  const rendered = await renderLeaves(sources, leaves, renderer, options);
  const outputs = rendered.map(({ plan: { assignment }, output }) => ({
    group: assignment.group,
    path: assignment.base.path,
    output,
  }));
  const conflicts = sameObjectTwice(outputs);
  if (conflicts.length > 0) throw failed(inputs, conflicts);
  const layout = layOut(outputs);
  if (layout.objects === 0) {
    throw failed(inputs, [
      'none of the assigned bases yields an object. An empty environment is never what is wanted.',
    ]);
  }
  return { ...layout, waiting, versions: await renderer.versions() };
}

function nothingAssigned({ config }: PlatformInputs, waiting: readonly WaitingAssignment[]): string {
  const why =
    waiting.length === 0
      ? 'it has no directory <group>/<path of a base>'
      : `all that it assigns is waiting for main: ${waiting.map(({ group, path }) => `${group}/${path}`).join(', ')}`;
  return `config ${shortSha(config.revision)} assigns no base to any group: ${why}. An empty environment is never what is wanted.`;
}

function failed({ environment }: PlatformInputs, problems: readonly string[]): Failure {
  const text = problems.join('\n');
  return new Failure(
    'RenderFailed',
    `${environment} cannot be rendered${problems.length > 1 || text.includes('\n') ? ':\n' : ': '}${text}`,
  );
}
