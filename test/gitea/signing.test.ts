import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGitRepositories } from '../../src/git/repositories.ts';
import { commitSigning } from '../../src/settings/commit-signing.ts';
import { gitCredentials } from '../../src/settings/git-credentials.ts';
import { parseSettings } from '../../src/settings/settings.ts';
import { temporaryDirectory } from '../support/git.ts';
import type { Workbench } from '../unit/forge/world.ts';
import { createGiteaWorld, type GiteaWorld, workbenchOf } from './gitea-world.ts';

// Where Gitea itself signs nothing; every merge but a fast-forward is a commit of its own.
const directory = temporaryDirectory('gitea-signing');
const { privateKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
let world: GiteaWorld;
let bench: Workbench;

beforeAll(async () => {
  world = await createGiteaWorld();
  bench = await workbenchOf(world, join(directory.path, 'local'), 5);
  await world.bot.addSigningKey(privateKey);
});
afterAll(() => directory.remove());

/** Pushes a commit to the head of a new pair of branches as a worker does, signed or not, and opens a request for it. */
async function request(isSigned: boolean) {
  const { base, head, draft } = bench.pair();
  const signing = isSigned ? `, signing: { key: { env: KEY }, email: ${world.bot.email} }` : '';
  const forge = `{ host: "${world.site.host}", kind: gitea, api: "${world.site.apiUrl}", token: { env: TOKEN }${signing} }`;
  const text = `apiVersion: fairlead.dev/v1\nkind: Worker\nforges: [${forge}]\n`;
  const settings = parseSettings(text, join(directory.path, 'worker.yaml'), { KEY: pem, TOKEN: world.remote.token });
  const gitops = createGitRepositories({
    cacheDir: join(directory.path, `cache-${head}`),
    credentials: gitCredentials(settings),
    signing: commitSigning(settings),
  }).open(world.remote.url);
  const parent = (await gitops.branchHead(base)) ?? '';
  const sha = await gitops.writeCommit({
    parent,
    changes: new Map([['signed.yaml', 'yes\n']]),
    message: 'Promote',
    person: { ...gitops.identity.author, date: '2026-01-01T00:00:00.000Z' },
  });
  await gitops.push({ commit: sha, branch: head, expected: (await gitops.branchHead(head)) ?? null });
  await world.asMaintainer('POST', '/branch_protections', { rule_name: base, require_signed_commits: true });
  const open = () => world.forge.openPullRequest({ ...draft, head: { branch: head, sha } });
  // The forge shows the push a moment later.
  await expect.poll(open).toMatchObject({ state: 'open' });
  const { number } = await open();
  return { sha, merge: () => expect.poll(() => world.forge.merge(number, sha)) };
}

async function isVerified(sha: string): Promise<boolean> {
  type Answer = { readonly commit: { readonly verification: { readonly verified: boolean } } };
  return (await world.asMaintainer<Answer>('GET', `/git/commits/${sha}`)).commit.verification.verified;
}

describe('A commit that Fairlead signs, on Gitea', () => {
  it('is verified, where the key is one of the account of its committer', async () => {
    expect(await isVerified((await request(true)).sha)).toBe(true);
    expect(await isVerified((await request(false)).sha)).toBe(false);
  });

  it('is not merged under a rule that wants signatures where Gitea has no key for the merge', async () => {
    await world.asMaintainer('PATCH', '', { allow_fast_forward_only_merge: false });
    const { merge } = await request(true);
    await merge().toEqual({ kind: 'refused', reason: expect.stringMatching(/wont sign.*or allow fast-forward/) });
  });

  it('is merged under that rule by a fast-forward, which is no commit of Gitea; an unsigned one is not', async () => {
    await world.asMaintainer('PATCH', '', { allow_fast_forward_only_merge: true });
    const { sha, merge } = await request(true);
    await merge().toEqual({ kind: 'merged', commit: sha });
    const unsigned = await request(false);
    await unsigned.merge().toEqual({
      kind: 'refused',
      reason: expect.stringMatching(
        /not all head commits are verified\. Name a key in `signing`.*verify it on its account/,
      ),
    });
  });
});
