import type { Failure } from '../../failure.ts';
import { repositoryAddress } from '../../forge/address.ts';
import type { Forges, PullRequest } from '../../forge/port.ts';
import type { EnvironmentPlace } from '../../gitops/deployed.ts';
import { type BranchOwner, ownerOf } from '../../gitops/request-branch.ts';
import type { Settings } from '../../settings/settings.ts';
import { orFailure, type Policy } from './source.ts';

/** An open request of ours to an environment's branch, and whose it is. */
export interface OpenRequest extends BranchOwner {
  readonly number: number;
  readonly url: string;
  readonly state: PullRequest['state'];
  /** The main commit that it carries; a config change carries the deployed one. */
  readonly main?: string;
  readonly title: string;
}

/** A text: why nobody can be asked, where that is nobody's mistake. */
export type OpenRequests = readonly OpenRequest[] | string | Failure;

/** Asks the forge of an environment's GitOps repository, where one is configured. */
export function requestReader(
  settings: Pick<Settings, 'forges'>,
  forges: Forges,
  source: string,
): (policy: Policy) => Promise<OpenRequests> {
  return async ({ name, gitops }) => {
    const why = await orFailure(() => unasked(settings, gitops.repository));
    if (why !== undefined) return why;
    return await orFailure(async () => {
      const open = await forges.for(gitops.repository).openRequests(gitops.branch);
      return open.flatMap((request) => oursFor({ source, environment: name, gitops }, request));
    });
  };
}

async function unasked({ forges }: Pick<Settings, 'forges'>, repository: string): Promise<string | undefined> {
  const address = repositoryAddress(repository);
  if (address === undefined) return 'a local repository has none';
  const setting = forges.find(({ host }) => host === address.host);
  if (setting === undefined) return `no forge is configured for ${address.host}`;
  return (await setting.token()) === undefined ? `${setting.tokenName} is not set` : undefined;
}

/** Known by the name of its branch; none: it is not ours, or not for this environment. */
export function oursFor(
  place: EnvironmentPlace,
  { number, url, state, title, head }: PullRequest,
): readonly OpenRequest[] {
  const owner = ownerOf(head.branch, place);
  if (owner === undefined) return [];
  const main = /\/([0-9a-f]{40})\//.exec(head.branch)?.[1];
  return [{ number, url, state, title, ...owner, ...(main !== undefined && { main }) }];
}
