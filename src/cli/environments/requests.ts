import type { Failure } from '../../failure.ts';
import type { Forges, PullRequestEntry } from '../../forge/port.ts';
import type { EnvironmentPlace } from '../../gitops/deployed.ts';
import { type BranchOwner, ownerOf } from '../../gitops/request-branch.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import type { Settings } from '../../settings/settings.ts';
import { orFailure, type Policy } from './source.ts';

/** An open request of Fairlead to an environment's branch, and the operation that it belongs to. */
export interface OpenRequest extends BranchOwner {
  readonly number: number;
  readonly url: string;
  readonly state: PullRequestEntry['state'];
  /** The main commit that the request carries; undefined: its branch names none. */
  readonly main?: string;
  readonly title: string;
}

/** The open requests; or a clause on why there is nobody to ask for them; or why the asking failed. */
export type OpenRequests = readonly OpenRequest[] | string | Failure;

/** Makes a function that asks the forge of an environment's GitOps repository, where one is configured. */
export function createRequestReader(
  settings: Pick<Settings, 'forges'>,
  forges: Forges,
  source: string,
): (policy: Policy) => Promise<OpenRequests> {
  return async ({ name, gitops }) => {
    const why = await orFailure(() => whyNotAsked(settings, gitops.repository));
    if (why !== undefined) return why;
    return await orFailure(async () => {
      const open = await forges.for(gitops.repository).openRequests(gitops.branch);
      return open.flatMap((request) => oursFor({ source, environment: name, gitops }, request));
    });
  };
}

/** Says in a clause why nobody can ask the forge of a repository from here; undefined: somebody can. */
export async function whyNotAsked(
  { forges }: Pick<Settings, 'forges'>,
  repository: string,
): Promise<string | undefined> {
  const address = checkRepositoryUrl(repository).webAddress;
  if (address === undefined) return 'a local repository has none';
  const setting = forges.find(({ host }) => host === address.host);
  if (setting === undefined) return `no forge is configured for ${address.host}`;
  if (setting.app !== undefined) return undefined;
  return (await setting.token()) === undefined ? `${setting.tokenName} is not set` : undefined;
}

/** Recognizes a request of Fairlead by the name of its branch; none: it is another's, or for another environment. */
export function oursFor(
  place: EnvironmentPlace,
  { number, url, state, title, head }: PullRequestEntry,
): readonly OpenRequest[] {
  const owner = ownerOf(head.branch, place);
  if (owner === undefined) return [];
  const main = /\/([0-9a-f]{40})\//.exec(head.branch)?.[1];
  return [{ number, url, state, title, ...owner, main }];
}
