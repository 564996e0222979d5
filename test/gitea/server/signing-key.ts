import type { KeyObject } from 'node:crypto';
import { sshSignature } from '../../../src/git/signing/sign-commit.ts';
import { sshPublicKey } from '../../../src/git/signing/ssh-key.ts';
import type { GiteaApi } from './api.ts';

/** An account, as it signs in to the web pages. */
interface Account {
  readonly url: string;
  readonly name: string;
  readonly password: string;
  readonly api: GiteaApi;
}

/** Adds a key, and verifies it as its owner does on the page of the keys: the API cannot. */
export async function addVerifiedKey(account: Account, key: KeyObject): Promise<void> {
  const content = `ssh-ed25519 ${sshPublicKey(key).toString('base64')}`;
  const added = await account.api<{ readonly fingerprint: string }>('POST', '/user/keys', {
    title: 'signing',
    key: content,
  });
  const page = `${account.url}/user/settings/keys`;
  const cookie = await signIn(account);
  const shown = await fetch(`${page}?verify_ssh=${encodeURIComponent(added.fingerprint)}`, { headers: { cookie } });
  const [, token] = /<input readonly="" value="([0-9a-f]{64})">/.exec(await shown.text()) ?? [];
  if (token === undefined) throw new Error(`The page of the keys shows nothing to sign (${shown.status})`);
  const signature = sshSignature(key, Buffer.from(token), 'gitea');
  const form = { type: 'verify_ssh', title: 'none', content, fingerprint: added.fingerprint, signature };
  await post(page, form, cookie);
}

async function signIn({ url, name, password }: Account): Promise<string> {
  const response = await post(`${url}/user/login`, { user_name: name, password }, '');
  // A sign-in gives the session another id: the later cookie of a name counts.
  const cookies = response.headers.getSetCookie().map((line) => (line.split(';')[0] ?? '').split('='));
  return [...new Map(cookies.map(([cookie = '', value = '']) => [cookie, value]))]
    .map((pair) => pair.join('='))
    .join('; ');
}

/** Sends a form; a page that takes it leads on. */
async function post(url: string, form: Readonly<Record<string, string>>, cookie: string): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual',
    headers: { cookie },
  });
  if (response.status !== 303) throw new Error(`POST ${url}: ${response.status}`);
  return response;
}
