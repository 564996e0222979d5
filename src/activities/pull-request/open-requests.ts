import type { Dependencies } from '../../dependencies.ts';
import type { PullRequestEntry } from '../../forge/port.ts';
import type { EnvironmentPlace } from '../../gitops/deployed.ts';
import { foreignAuthor } from '../../gitops/foreign-author.ts';
import { gitopsHeads } from '../../gitops/gitops-branch.ts';
import { type BranchOwner, ownerOf } from '../../gitops/request-branch.ts';

/** An open request of ours. */
export interface OwnRequest extends BranchOwner {
  readonly number: number;
  readonly url: string;
  readonly branch: string;
  /** The head of its branch, now. */
  readonly head: string;
  /** The person other than Fairlead who committed there; undefined: nobody did. */
  readonly foreign: string | undefined;
}

/** The open requests of ours to an environment's branch, oldest first. */
export interface OwnRequests {
  /** The head of the environment's branch, after the requests were listed. */
  readonly base: string;
  readonly requests: readonly OwnRequest[];
}

/** An open request as the forge lists it, and whose it is. */
interface ListedRequest {
  readonly request: PullRequestEntry;
  readonly owner: BranchOwner;
}

/** Lists the open requests of ours as the forge does, oldest first, without a look at their branches. */
export async function listOwnRequests(
  { forges }: Pick<Dependencies, 'forges'>,
  place: EnvironmentPlace,
): Promise<readonly ListedRequest[]> {
  const open = await forges.for(place.gitops.repository).openRequests(place.gitops.branch);
  return open.flatMap((request) => {
    const owner = ownerOf(request.head.branch, place);
    return owner ? [{ request, owner }] : [];
  });
}

/**
 * Reads the open requests of ours to an environment's branch, oldest first, and the heads of their branches. One whose
 * branch is gone is left out: it is about to close. `listed`: what `listOwnRequests` answered, where that is known.
 */
export async function readOwnRequests(
  dependencies: Pick<Dependencies, 'repositories' | 'forges'>,
  place: EnvironmentPlace,
  listed?: readonly ListedRequest[],
): Promise<OwnRequests> {
  const repository = dependencies.repositories.open(place.gitops.repository);
  const ours = listed ?? (await listOwnRequests(dependencies, place));
  const branches = ours.map(({ request }) => request.head.branch);
  const heads = await gitopsHeads(repository, place.gitops, { branches });
  const requests = await Promise.all(
    ours.map(({ request, owner }) => ownRequest(request, owner, heads.branches.get(request.head.branch))),
  );
  return { base: heads.base, requests: requests.filter((request) => request !== undefined) };

  async function ownRequest(
    { number, url, head: { branch } }: PullRequestEntry,
    owner: BranchOwner,
    head: string | undefined,
  ): Promise<OwnRequest | undefined> {
    if (head === undefined) return undefined;
    return { ...owner, number, url, branch, head, foreign: await foreignAuthor(repository, head, heads) };
  }
}
