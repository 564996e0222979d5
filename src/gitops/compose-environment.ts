import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import { type BranchChanges, composeBranch } from '../render/layout/compose.ts';
import type { Provenance } from '../render/layout/provenance.ts';
import { basesOf, type LeafCache, type RenderedPlatform, renderPlatform } from '../render/platform.ts';
import type { Renderer, SourceTree } from '../render/types.ts';
import { loadTree } from './load-tree.ts';
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
  const { source, environment, renderer, leafCache, alsoKnownAs = [] } = inputs;
  await ensurePresent(source, inputs.main);
  await ensurePresent(source, inputs.config);
  const [main, config] = await Promise.all([loadTree(source, inputs.main), loadTree(source, inputs.config)]);
  const { sourceRepository } = await platformAt(source, inputs.main);
  return renderPlatform(
    {
      main,
      config,
      environment,
      sourceRepositories: [source.url, sourceRepository, ...alsoKnownAs].filter((url) => url !== undefined),
      mainBranch: await source.mainBranch(),
      alsoBases: await otherBases(source, inputs),
    },
    renderer,
    leafCache && { cache: leafCache },
  );
}

async function ensurePresent(source: GitRepository, commit: string): Promise<void> {
  if (await source.ensureCommit(commit)) return;
  throw new Failure(
    'NotFound',
    `${source.url} has no commit ${commit} any more. Was a branch rewritten? Promote a commit of today's main.`,
  );
}

/** Lists the bases at main's head and at the deployed commit: assignments of these wait for their base. */
async function otherBases(source: GitRepository, inputs: RenderInputs): Promise<ReadonlySet<string>> {
  const { main, deployed, head = await source.branchHead(await source.mainBranch()) } = inputs;
  const others = new Set([head, deployed].filter((commit) => commit !== undefined && commit !== main));
  const bases = new Set<string>();
  for (const commit of others) {
    if (commit === undefined || !(await source.ensureCommit(commit))) continue;
    for (const base of basesOf(await loadTree(source, commit))) bases.add(base);
  }
  return bases;
}
