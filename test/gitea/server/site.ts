import { type KeyObject, randomUUID } from 'node:crypto';
import { type GiteaApi, giteaApi } from './api.ts';
import { addVerifiedKey } from './signing-key.ts';

/** A user of the site. */
export interface SiteUser {
  readonly name: string;
  readonly token: string;
  readonly api: GiteaApi;
  readonly email: string;
  /** Makes a further token with these scopes alone. */
  tokenWith(scopes: readonly string[]): Promise<string>;
  /** Adds the key to the account, and proves on the web pages that it is the user's own: only then do its signatures count. */
  addSigningKey(key: KeyObject): Promise<void>;
}

/** How a repository is made. */
export interface SiteRepositoryOptions {
  /** `owner/name`; the owner is an organisation, which is made where it is not there. */
  readonly name: string;
  /** What may be done there, by the name of a user. */
  readonly collaborators?: Readonly<Record<string, 'read' | 'write' | 'admin'>>;
  /** What the API's EditRepoOption takes: merge methods and the like. */
  readonly settings?: object;
}

/** A Gitea with users and repositories, as its administrator sees it. */
export interface GiteaSite {
  readonly url: string;
  readonly host: string;
  readonly apiUrl: string;
  readonly admin: GiteaApi;
  /** Makes a user, who may do nothing yet. */
  addUser(name: string): Promise<SiteUser>;
  /** Makes an empty repository, and answers its URL. */
  addRepository(options: SiteRepositoryOptions): Promise<string>;
}

/** What a token of Fairlead needs: docs/gitea.md. */
export const fairleadScopes = ['write:repository', 'write:issue', 'read:organization'];

/** Opens a Gitea that runs. */
export function openSite({ url, adminToken }: { readonly url: string; readonly adminToken: string }): GiteaSite {
  const admin = giteaApi(url, adminToken);
  return {
    url,
    host: new URL(url).host,
    apiUrl: `${url}/api/v1`,
    admin,
    async addUser(name) {
      const password = randomUUID();
      const email = `${name}@gitea.example`;
      await admin('POST', '/admin/users', { username: name, email, password, must_change_password: false });
      const tokenWith = async (scopes: readonly string[]) => {
        const asked = { name: randomUUID(), scopes };
        const own = giteaApi(url, { name, password });
        return (await own<{ sha1: string }>('POST', `/users/${name}/tokens`, asked)).sha1;
      };
      const token = await tokenWith(['all']);
      const api = giteaApi(url, token);
      const addSigningKey = (key: KeyObject) => addVerifiedKey({ url, name, password, api }, key);
      return { name, email, token, api, tokenWith, addSigningKey };
    },
    async addRepository({ name, collaborators = {}, settings }) {
      const [owner = '', repository = ''] = name.split('/');
      await addOrganisation(admin, owner);
      await admin('POST', `/orgs/${owner}/repos`, { name: repository, default_branch: 'main' });
      for (const [user, permission] of Object.entries(collaborators))
        await admin('PUT', `/repos/${name}/collaborators/${user}`, { permission });
      if (settings) await admin('PATCH', `/repos/${name}`, settings);
      return `${url}/${name}`;
    },
  };
}

/** Another test may make it in this moment. */
async function addOrganisation(admin: GiteaApi, name: string): Promise<void> {
  await admin('POST', '/orgs', { username: name }).catch((error: unknown) => {
    if (!String(error).includes('user already exists')) throw error;
  });
}
