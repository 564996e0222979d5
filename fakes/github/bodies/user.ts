import type { ForgeState, User } from '../model.ts';
import { nodeId } from './node-id.ts';

const links = [
  'followers',
  'following{/other_user}',
  'gists{/gist_id}',
  'starred{/owner}{/repo}',
  'subscriptions',
  'orgs',
  'repos',
  'events{/privacy}',
  'received_events',
] as const;
const names: Readonly<Record<string, string>> = { orgs: 'organizations_url' };

/** Writes a user as `simple-user` of GitHub's description. */
export function userBody({ url }: ForgeState, { id, login }: Pick<User, 'id' | 'login'>) {
  const name = encodeURIComponent(login);
  const self = `${url}/api/v3/users/${name}`;
  const urls = links.map((link) => {
    const word = link.replace(/\{.*$/, '');
    return [names[word] ?? `${word}_url`, `${self}/${link}`] as const;
  });
  return {
    login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `${url}/avatars/${name}`,
    gravatar_id: '',
    url: self,
    html_url: `${url}/${name}`,
    ...Object.fromEntries(urls),
    type: 'User',
    site_admin: false,
  };
}
