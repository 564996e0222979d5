import type { ForgeState, RequestContext } from '../model.ts';
import { nodeId } from './node-id.ts';
import { userBody } from './user.ts';

/** Writes a team as `team` of GitHub's description. */
export function teamBody({ url }: ForgeState, slug: string, id: number) {
  const self = `${url}/api/v3/teams/${id}`;
  return {
    id,
    node_id: nodeId('T', id),
    url: self,
    html_url: `${url}/orgs/acme/teams/${slug}`,
    members_url: `${self}/members{/member}`,
    repositories_url: `${self}/repos`,
    name: slug,
    slug,
    description: null,
    permission: 'push',
    type: 'organization',
    parent: null,
  };
}

/** Writes those to whom a request is assigned. */
export function assigneesOf({ state, request }: RequestContext) {
  return request.assignees.map((login, index) =>
    userBody(state, state.users.find((one) => one.login === login) ?? { id: index + 2, login }),
  );
}
