import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import { short } from '../promotion/decisions.ts';
import type { Provenance } from '../render/layout/provenance.ts';
import { gitopsHead, provenanceAt } from './gitops-branch.ts';
import { leafFolders } from './leaf-folders.ts';
import type { Parts } from './parts.ts';
import type { RolloutOrder } from './rollout-contract.ts';

/** What has become of the environment's branch since the commit whose health is awaited. */
export type BranchState =
  | {
      readonly kind: 'current';
      /** That commit, and its descendants at which the same main commit is still deployed. */
      readonly acceptable: ReadonlySet<string>;
      readonly mergedAt: string;
      /** A descendant was rendered from another config commit. */
      readonly configChanged: boolean;
      /** Group → folders of its leaves, at the newest acceptable commit. */
      readonly leaves: ReadonlyMap<string, readonly string[]>;
    }
  | { readonly kind: 'overtaken' | 'reverted'; readonly deployed: string };

/** Merges to one environment's branch within one rollout are few; past this many, older ones are not looked at. */
const mostDescendants = 500;

export async function branchState({ repositories }: Parts, order: RolloutOrder): Promise<BranchState> {
  const repository = repositories.open(order.gitops.repository);
  const head = await gitopsHead(repository, order.gitops);
  if (!(await repository.ensureCommit(order.commit)) || !(await repository.isAncestor(order.commit, head)))
    throw new Failure(
      'Refused',
      `${short(order.commit)} is not on ${order.gitops.branch} of ${repository.url} any more: the branch was rewritten. ` +
        'Put it back and retry, or abort.',
    );
  const [expected, there] = await Promise.all([provenanceAt(repository, order.commit), provenanceAt(repository, head)]);
  // Of what nothing had to change for, the branch names the main commit only when the next config change is merged.
  const mains: readonly (string | undefined)[] = [order.main, expected?.revision.main];
  if (!there || !mains.includes(there.revision.main)) return movedOn(repositories.open(order.source), order, there);
  const { commits } = await repository.log(order.commit, head, mostDescendants);
  const descendants = await Promise.all(
    commits.map(async ({ sha }) => ({ sha, provenance: await provenanceAt(repository, sha) })),
  );
  const same = descendants.filter(({ provenance }) => provenance && mains.includes(provenance.revision.main));
  return {
    kind: 'current',
    acceptable: new Set([order.commit, ...same.map(({ sha }) => sha)]),
    mergedAt: (await repository.commit(order.commit)).committer.date,
    configChanged: same.some(({ provenance }) => provenance?.revision.config !== expected?.revision.config),
    leaves: leafFolders((await repository.listFiles(head)).keys(), there.groups),
  };
}

async function movedOn(
  source: GitRepository,
  { main, environment }: RolloutOrder,
  there: Provenance | undefined,
): Promise<BranchState> {
  if (!there)
    throw new Failure(
      'Refused',
      `The provenance is gone from the branch of ${environment}. Put it back and retry, or abort.`,
    );
  const deployed = there.revision.main;
  const newer = (await source.ensureCommit(deployed)) && (await source.isAncestor(main, deployed));
  return { kind: newer ? 'overtaken' : 'reverted', deployed };
}
