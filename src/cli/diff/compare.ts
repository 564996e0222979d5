import { compareEnvironments, compareManifests, type ManifestDifference } from '../../diff/compare.ts';
import { Failure } from '../../failure.ts';
import type { Sha } from '../../git/repository.ts';
import { deployedNow } from '../../gitops/deployed-now.ts';
import { heldAt } from '../../gitops/held-at.ts';
import { groupGone } from '../../operation/guard/group-gone.ts';
import { checkInStages } from '../../platform/check-environments.ts';
import type { Environment } from '../../platform/types.ts';
import { plannerHere } from '../../render/planner.ts';
import {
  type HeldFiles,
  type RenderedPlatform,
  type RenderTools,
  renderPlanned,
  withoutBranch,
} from '../../render/platform.ts';
import { orFailure } from '../environments/source.ts';
import { guardedIn } from './guarded.ts';
import {
  checkoutTree,
  commitTree,
  configTree,
  environmentOf,
  type NamedTree,
  type PlatformNow,
} from './platform-now.ts';
import type { EnvironmentDiff, FailedDiff, RenderedSide } from './report.ts';
import { type BranchNow, branchNow, type Sides, sidesOfRenders, sidesOnBranch } from './sides.ts';

/** What is compared with what. */
export interface DiffOrder {
  /** The commit of main that is looked at; undefined: the checkout, main's head, or of a config branch what is deployed. */
  readonly main: Sha | undefined;
  /** What it is compared with: what the GitOps branch holds, another commit of main, or another environment. */
  readonly with:
    | { readonly kind: 'deployed' }
    | { readonly kind: 'commit'; readonly commit: Sha }
    | { readonly kind: 'environment'; readonly name: string };
}

/** A platform, and what its environments are rendered with. */
export interface ComparedPlatform {
  readonly now: PlatformNow;
  /** URLs by which kustomizations may refer to the source. */
  readonly sourceRepositories: readonly string[];
  readonly tools: Pick<RenderTools, 'renderer' | 'cache'>;
}

/** Compares one environment. A `Failure` of it is answered, so that the others are told all the same. */
export async function compareEnvironment(
  platform: ComparedPlatform,
  environment: string,
  comparison: DiffOrder,
): Promise<EnvironmentDiff | FailedDiff> {
  const diff = await orFailure(() => compareOrThrow(platform, environment, comparison));
  return diff instanceof Failure ? { environment, failure: diff } : diff;
}

async function compareOrThrow(
  compared: ComparedPlatform,
  name: string,
  comparison: DiffOrder,
): Promise<EnvironmentDiff> {
  const { now } = compared;
  checkInStages(name, now.platform);
  const config = await configTree(now, name);
  const policy = await environmentOf(now, name, config);
  const main = await mainTree(compared, policy, comparison);
  const after = { kind: 'rendered', environment: name, main: main.name, config: config.name } as const;
  const clusters = clustersOf(policy);
  if (comparison.with.kind === 'deployed') {
    const branch = await branchNow(now.repositories.open(policy.gitops.repository), policy.gitops);
    const held = heldAt(branch.repository, branch.head);
    const deployed = branch.provenance?.revision.main;
    const rendered = await render(compared, name, { main, config, deployed, held });
    const sides = await sidesOnBranch(branch, rendered);
    const removals = guardedIn(sides, policy);
    const refusal = groupGone(removals, policy, 'promotion');
    return {
      ...diffOf(after, rendered, clusters),
      before: deployedSide(branch),
      difference: withFoldersLeft(compareManifests(sides.before, sides.after), sides.foldersLeft),
      ...(removals && { removals }),
      ...(refusal && { refusal: refusal.message }),
    };
  }
  const rendered = await render(compared, name, { main, config });
  if (comparison.with.kind === 'commit') {
    const earlier = await commitTree(now.trees, comparison.with.commit);
    const sides = sidesOfRenders(await render(compared, name, { main: earlier, config }), rendered);
    const before: RenderedSide = { ...after, main: earlier.name };
    return { ...diffOf(after, rendered, clusters), before, difference: compareManifests(sides.before, sides.after) };
  }
  const other = comparison.with.name;
  checkInStages(other, now.platform);
  const theirs = await configTree(now, other);
  const sides: Sides = sidesOfRenders(await render(compared, other, { main, config: theirs }), rendered);
  const before: RenderedSide = { ...after, environment: other, config: theirs.name };
  return { ...diffOf(after, rendered, clusters), before, difference: compareEnvironments(sides.before, sides.after) };
}

/** Tells a group as emptied where others keep its folder: Flux still finds it, and removes what is not there any more. */
function withFoldersLeft(difference: ManifestDifference, left: ReadonlySet<string>): ManifestDifference {
  const { removed, emptied, ...groups } = difference.groups;
  return {
    ...difference,
    groups: {
      ...groups,
      removed: removed.filter((group) => !left.has(group)),
      emptied: [...emptied, ...removed.filter((group) => left.has(group))].sort(),
    },
  };
}

function diffOf(
  after: RenderedSide,
  { waiting, warnings, placeholders }: RenderedPlatform,
  clusters: EnvironmentDiff['clusters'],
): Omit<EnvironmentDiff, 'before' | 'difference'> {
  return {
    environment: after.environment,
    after,
    clusters,
    waiting,
    warnings: [...warnings, ...placeholders],
  };
}

function deployedSide({ head, target, provenance }: BranchNow): EnvironmentDiff['before'] {
  return { kind: 'deployed', commit: head, ...target, ...provenance?.revision };
}

function clustersOf({ clusters }: Environment): EnvironmentDiff['clusters'] {
  const byGroup = new Map<string, string[]>();
  for (const { name, group } of clusters) byGroup.set(group, [...(byGroup.get(group) ?? []), name]);
  return byGroup;
}

/**
 * Answers the main commit that is looked at. A change of a config branch is rendered with the one that is deployed, as the
 * config change will be once it is merged.
 */
async function mainTree(
  { now, tools }: ComparedPlatform,
  { name, gitops }: Environment,
  comparison: DiffOrder,
): Promise<NamedTree> {
  const { checkedOut, repository, repositories, head, trees } = now;
  if (comparison.main !== undefined) return commitTree(trees, comparison.main);
  if (checkedOut === undefined) return commitTree(trees, head);
  if (checkedOut.environment === undefined) return checkoutTree(checkedOut);
  if (comparison.with.kind !== 'deployed') return commitTree(trees, head);
  const dependencies = { repositories, renderer: tools.renderer, ...(tools.cache && { leafCache: tools.cache }) };
  const { deployed } = await deployedNow(dependencies, { source: repository.url, environment: name, gitops });
  return commitTree(trees, deployed?.revision.main ?? head);
}

/** What an environment is rendered from. */
interface RenderedPair {
  readonly main: NamedTree;
  readonly config: NamedTree;
  /** The main commit that is deployed: an assignment of a base that only it has waits. */
  readonly deployed?: Sha | undefined;
  /** What the GitOps branch holds; default: it is not known, and placeholders stand for what is kept. */
  readonly held?: HeldFiles;
}

async function render(
  { now, sourceRepositories, tools }: ComparedPlatform,
  environment: string,
  { main, config, deployed, held = withoutBranch }: RenderedPair,
): Promise<RenderedPlatform> {
  const { trees, head, mainBranch, repository } = now;
  const others = new Map([
    [deployed, 'the deployed commit'],
    [head, "main's head"],
  ]);
  const otherMains = [];
  for (const [commit, what] of others) {
    if (commit === undefined || commit === main.tree.revision) continue;
    if (commit !== head && !(await repository.ensureCommit(commit))) continue;
    otherMains.push({ what, tree: await trees.at(commit) });
  }
  const inputs = {
    main: main.tree,
    config: config.tree,
    environment,
    sourceRepositories,
    mainBranch,
    alsoBases: new Set<string>(),
    otherMains,
  };
  const planned = await plannerHere.plan(inputs, trees.read);
  return renderPlanned(planned, { ...tools, readContents: trees.read, held });
}
