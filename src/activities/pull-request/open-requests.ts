import type { Dependencies } from '../../dependencies.ts';
import type { PullRequest } from '../../forge/port.ts';
import type { EnvironmentPlace } from '../../gitops/deployed.ts';
import { foreignAuthor } from '../../gitops/foreign-author.ts';
import { gitopsHeads } from '../../gitops/gitops-branch.ts';
import { type BranchOwner, ownerOf } from '../../gitops/request-branch.ts';

/** An open request of ours. */
export interface OwnRequest extends BranchOwner {
  readonly number: number;
  readonly url: string;
  readonly branch: string;
  /** Of its branch, now. */
  readonly head: string;
  /** Who else committed there. */
  readonly foreign: string | undefined;
}

export interface OwnRequests {
  /** Head of the environment's branch, after the requests were listed. */
  readonly base: string;
  readonly requests: readonly OwnRequest[];
}

interface Listed {
  readonly request: PullRequest;
  readonly owner: BranchOwner;
}

/** As the forge lists them, oldest first; nobody has looked at their branches yet. */
export async function listOwn(
  { forges }: Pick<Dependencies, 'forges'>,
  place: EnvironmentPlace,
): Promise<readonly Listed[]> {
  const open = await forges.for(place.gitops.repository).openRequests(place.gitops.branch);
  return open.flatMap((request) => {
    const owner = ownerOf(request.head.branch, place);
    return owner ? [{ request, owner }] : [];
  });
}

/** The open requests of ours to an environment's branch, oldest first; one whose branch is gone is about to close. */
export async function ownRequests(
  dependencies: Pick<Dependencies, 'repositories' | 'forges'>,
  place: EnvironmentPlace,
  listed?: readonly Listed[],
): Promise<OwnRequests> {
  const repository = dependencies.repositories.open(place.gitops.repository);
  const ours = listed ?? (await listOwn(dependencies, place));
  const branches = ours.map(({ request }) => request.head.branch);
  const heads = await gitopsHeads(repository, place.gitops, { branches });
  const requests = await Promise.all(
    ours.map(({ request, owner }) => ownRequest(request, owner, heads.branches.get(request.head.branch))),
  );
  return { base: heads.base, requests: requests.filter((request) => request !== undefined) };

  async function ownRequest(
    { number, url, head: { branch } }: PullRequest,
    owner: BranchOwner,
    head: string | undefined,
  ): Promise<OwnRequest | undefined> {
    if (head === undefined) return undefined;
    return { ...owner, number, url, branch, head, foreign: await foreignAuthor(repository, head, heads.base) };
  }
}
