import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import type { OperationKind } from '../operation/kind.ts';
import type { Revision } from '../operation/status.ts';
import { recordName } from '../record/entry.ts';
import { type Provenance, provenancePath } from '../render/layout/provenance.ts';
import { shortSha } from '../short-names.ts';
import { isAtOrBehind } from './ancestry.ts';
import type { EnvironmentPlace } from './deployed.ts';
import { type DeployedDependencies, deployedWith } from './deployed-now.ts';
import { type GitopsHeads, gitopsHeads, provenanceAt } from './gitops-branch.ts';
import { type EarlierCommit, earlierCommits } from './leaves/earlier-commits.ts';
import type { BranchLeaves } from './leaves/leaves.ts';
import { type LongLook, leavesInTurn } from './leaves/leaves-in-turn.ts';
import { groupsGone } from './leaves/removed.ts';
import { readRecord } from './record/read-record.ts';

/** The deployment whose health is awaited. */
export interface AwaitedDeployment extends EnvironmentPlace {
  readonly operation: OperationKind;
  /** The commit of the environment's branch: the merge, or the unchanged head. */
  readonly commit: string;
  readonly main: string;
}

/** Says what has become of the environment's branch since the commit whose health is awaited. */
export type BranchState =
  | ({
      readonly kind: 'current';
      readonly head: string;
      /** The awaited commit, and its descendants at which the same main commit is still deployed. */
      readonly acceptable: ReadonlySet<string>;
      /** The acceptable commits with the config of the head: health at another says nothing of what is deployed now. */
      readonly evident: ReadonlySet<string>;
      /** A descendant was rendered from another config commit. */
      readonly configChanged: boolean;
      /** The config commit of the head and the head, where that is not the config of the awaited commit. */
      readonly seen?: { readonly config: string; readonly commit: string };
      /** What Flux may have applied before the head, newest first, back to the last commit that was healthy. */
      readonly earlier: readonly EarlierCommit[];
      /** The groups that an earlier commit had: what Flux applied for them must go. */
      readonly removedGroups: readonly string[];
    } & BranchLeaves)
  /** Another main commit is deployed: a newer one, or another one; or, of a config change, an older config commit. */
  | { readonly kind: 'overtaken' | 'reverted' | 'config reverted'; readonly deployed: string }
  /** The branch was rendered again with the main commit that it names, without the one that the record remembered. */
  | { readonly kind: 'forgotten' }
  /** The branch is where it was before that commit: git may be behind the forge, or somebody has moved it back. */
  | { readonly kind: 'behind' };

/** Merges to one environment's branch within one rollout are few; past this many, older ones are not looked at. */
const mostDescendants = 500;

/**
 * Finds out what has become of the environment's branch since the awaited commit. Throws `Failure` `Refused` where the
 * branch does not contain that commit or has no provenance any more.
 */
export async function branchState(
  dependencies: DeployedDependencies,
  order: AwaitedDeployment,
  look: LongLook,
): Promise<BranchState> {
  const repository = dependencies.repositories.open(order.gitops.repository);
  const heads = await headsWith(repository, order);
  const head = heads.base;
  if (!(await isAtOrBehind(repository, order.commit, head))) {
    if (!(await repository.ensureCommit(order.commit))) return { kind: 'behind' };
    if (await repository.isAncestor(head, order.commit)) return { kind: 'behind' };
    throw branchRewritten(repository, order);
  }
  const [expected, there] = await Promise.all([provenanceAt(repository, order.commit), provenanceAt(repository, head)]);
  const source = dependencies.repositories.open(order.source);
  if (!there) throw missingProvenance(order);
  const back = await configWentBack(source, order, { expected: expected?.revision, there: there.revision });
  if (back) return back;
  // Where nothing had to change, the branch names the main commit only when the next config change is merged.
  const mains: readonly (string | undefined)[] = [order.main, expected?.revision.main];
  if (!mains.includes(there.revision.main)) return otherMainState(source, order, there);
  const isOtherConfig = there.revision.config !== expected?.revision.config;
  if (isOtherConfig && there.revision.main !== order.main && (await isForgotten(dependencies, order, heads)))
    return { kind: 'forgotten' };
  const { commits } = await repository.log(order.commit, head, mostDescendants);
  const after = await revisionsOf(
    repository,
    commits.map(({ sha }) => sha),
  );
  const same = [{ sha: order.commit, revision: expected?.revision }, ...after].filter(
    ({ sha, revision }) => sha === order.commit || (revision && mains.includes(revision.main)),
  );
  const { entries } = await readRecord(dependencies, order, { head: heads.notes });
  const past = { head, awaited: order.commit, entries };
  const earlier = await earlierCommits(repository, past);
  return {
    kind: 'current',
    head,
    acceptable: new Set(same.map(({ sha }) => sha)),
    evident: new Set(same.flatMap(({ sha, revision }) => (revision?.config === there.revision.config ? [sha] : []))),
    configChanged: same.some(({ revision }) => revision?.config !== expected?.revision.config),
    seen: isOtherConfig ? { config: there.revision.config, commit: head } : undefined,
    ...(await leavesInTurn(repository, { commit: head, groups: there.groups }, look)),
    earlier,
    removedGroups: groupsGone(earlier, there),
  };
}

/**
 * Answers the heads of the environment. A look comes again in a few seconds, so that the first one may see what the merge
 * before it has seen; what was seen before that merge says nothing.
 */
async function headsWith(repository: GitRepository, { gitops, commit }: AwaitedDeployment): Promise<GitopsHeads> {
  const notes = recordName(gitops.branch);
  const seen = await gitopsHeads(repository, gitops, { notes, withinMs: 2_000 });
  return (await isAtOrBehind(repository, commit, seen.base)) ? seen : gitopsHeads(repository, gitops, { notes });
}

/** Reads which pairs commits were rendered from: one after the other, because there may be hundreds, each with megabytes there. */
async function revisionsOf(
  repository: GitRepository,
  commits: readonly string[],
): Promise<readonly { readonly sha: string; readonly revision: Revision | undefined }[]> {
  await repository.readAhead(commits, provenancePath);
  const found: { readonly sha: string; readonly revision: Revision | undefined }[] = [];
  for (const sha of commits) found.push({ sha, revision: (await provenanceAt(repository, sha))?.revision });
  return found;
}

/** Makes the failure of a branch that does not have the awaited commit any more, however long it was waited for. */
export function branchRewritten({ url }: GitRepository, { commit, gitops }: AwaitedDeployment): Failure {
  return new Failure(
    'Refused',
    `${shortSha(commit)} is not on ${gitops.branch} of ${url} any more: the branch was rewritten. ` +
      'Put it back and retry, or abort.',
    { patienceMs: 0, missing: { ...gitops, commit } },
  );
}

function missingProvenance({ environment }: AwaitedDeployment): Failure {
  return new Failure(
    'Refused',
    `The provenance is gone from the branch of ${environment}. Put it back and retry, or abort.`,
  );
}

/** Answers `config reverted` where somebody took a config change back, whatever main commit is deployed with that. */
async function configWentBack(
  source: GitRepository,
  { operation }: AwaitedDeployment,
  { expected, there }: { readonly expected: Revision | undefined; readonly there: Revision },
): Promise<BranchState | undefined> {
  if (operation !== 'config change' || !expected || there.config === expected.config) return undefined;
  if (!(await isAtOrBehind(source, there.config, expected.config))) return undefined;
  return { kind: 'config reverted', deployed: there.config };
}

/**
 * Tells whether the main commit is not deployed any more: a config change whose request was opened before the record
 * was written, and merged after it, was rendered with the older one.
 */
async function isForgotten(
  dependencies: DeployedDependencies,
  order: AwaitedDeployment,
  heads: GitopsHeads,
): Promise<boolean> {
  return (await deployedWith(dependencies, order, heads)).deployed?.revision.main !== order.main;
}

/** Answers what another main commit on the branch means: a newer one has overtaken, any other one is a revert. */
async function otherMainState(
  source: GitRepository,
  { main }: AwaitedDeployment,
  there: Provenance,
): Promise<BranchState> {
  const deployed = there.revision.main;
  const newer = (await source.ensureCommit(deployed)) && (await source.isAncestor(main, deployed));
  return { kind: newer ? 'overtaken' : 'reverted', deployed };
}
