import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import { repositoryKey } from '../platform/repository/platform-id.ts';
import { type BranchChanges, composeBranch } from '../render/layout/compose.ts';
import type { Provenance } from '../render/layout/provenance.ts';
import { type Planner, plannerHere } from '../render/planner.ts';
import {
  type HeldFiles,
  type LeafCache,
  type OtherMain,
  type ReadContents,
  type RenderedPlatform,
  renderPlanned,
} from '../render/platform.ts';
import { leftOut } from '../render/source/known-bases.ts';
import type { Renderer, SourceTree } from '../render/types.ts';
import { shortSha } from '../short-names.ts';
import { listTree } from './load-tree.ts';
import { platformAt } from './platform-file.ts';

/** A pair of commits, and what it is rendered with. */
export interface RenderInputs {
  readonly source: GitRepository;
  /** Other URLs of the source repository: those that a clone was made from. */
  readonly alsoKnownAs?: readonly string[];
  readonly environment: string;
  readonly main: string;
  readonly config: string;
  /** The head of main; default: the remote is asked for it. */
  readonly head?: string;
  /** The main commit that is deployed in the environment; undefined: none is. */
  readonly deployed?: string;
  readonly renderer: Renderer;
  readonly leafCache?: LeafCache;
  /** Default: it is planned where it is called. */
  readonly planner?: Planner;
  /** What the GitOps branch holds where it is rendered on; undefined: nothing, and a chart that keeps something is refused. */
  readonly held?: HeldFiles;
}

/** The inputs of a render that goes to a branch. */
export interface ComposeInputs extends RenderInputs {
  /** The files of the environment's branch; undefined: it is empty. */
  readonly branch?: SourceTree;
}

/** A render, and what it changes on the environment's branch. */
export interface Composed {
  readonly rendered: RenderedPlatform;
  readonly provenance: Provenance;
  /** The changes to the files of `branch`, the provenance included. */
  readonly changes: BranchChanges;
}

/** Renders an environment from its pair of commits and works out what changes on its branch. */
export async function composeEnvironment(inputs: ComposeInputs): Promise<Composed> {
  const rendered = await renderPair(inputs);
  const provenance: Provenance = {
    revision: { main: inputs.main, config: inputs.config },
    groups: rendered.groups,
    renderer: rendered.versions,
  };
  return { rendered, provenance, changes: composeBranch({ rendered, provenance, branch: inputs.branch }) };
}

/** Renders an environment from its pair of commits. Throws `Failure` NotFound where one of them is gone. */
export async function renderPair(inputs: RenderInputs): Promise<RenderedPlatform> {
  const { source, environment, renderer, leafCache, alsoKnownAs = [], planner = plannerHere } = inputs;
  // They start while git reads. Why one of them cannot is told to whoever needs it below.
  planner.prepare?.();
  renderer.versions().catch(() => undefined);
  await ensurePresent(source, inputs.main);
  await ensurePresent(source, inputs.config);
  const [main, config] = await Promise.all([listTree(source, inputs.main), listTree(source, inputs.config)]);
  const { sourceRepository } = await platformAt(source, inputs.main);
  const readContents: ReadContents = (oids) => source.readBlobs(oids);
  const others = await otherMains(source, inputs);
  const planned = await planner.plan(
    {
      main,
      config,
      environment,
      sourceRepositories: [source.url, sourceRepository, ...alsoKnownAs].filter((url) => url !== undefined),
      mainBranch: await source.mainBranch(),
      alsoBases: new Set(),
      otherMains: others.read,
    },
    readContents,
  );
  const share = repositoryKey(source.url);
  const rendered = await renderPlanned(planned, { renderer, cache: leafCache, readContents, share, held: inputs.held });
  return { ...rendered, warnings: [...others.warnings, ...rendered.warnings] };
}

async function ensurePresent(source: GitRepository, commit: string): Promise<void> {
  if (await source.ensureCommit(commit)) return;
  throw new Failure(
    'NotFound',
    `${source.url} has no commit ${commit} any more. Was a branch rewritten? Promote a commit of today's main.`,
  );
}

/** The other commits of main, and sentences on those that cannot be read. */
interface OtherMains {
  readonly read: readonly OtherMain[];
  readonly warnings: readonly string[];
}

/**
 * Lists main's head and the deployed commit, where they are others: assignments of their bases wait. They must not stop the commit that
 * is rendered: one of them that has too much to be listed is left out.
 */
async function otherMains(source: GitRepository, inputs: RenderInputs): Promise<OtherMains> {
  const { main, deployed, head = await source.branchHead(await source.mainBranch()) } = inputs;
  const named = new Map([
    [deployed, 'the deployed commit'],
    [head, "main's head"],
  ]);
  const read: OtherMain[] = [];
  const warnings: string[] = [];
  for (const [commit, what] of named) {
    if (commit === undefined || commit === main || !(await source.ensureCommit(commit))) continue;
    try {
      read.push({ what, tree: await listTree(source, commit) });
    } catch (error) {
      if (!(error instanceof Failure) || error.retryable) throw error;
      warnings.push(leftOut(`${what} ${shortSha(commit)}`, error.message));
    }
  }
  return { read, warnings };
}
