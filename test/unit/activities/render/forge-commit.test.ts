import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exchange } from '../../../../fakes/github/server.ts';
import { type RunningForge, startForge } from '../../../../fakes/github/start.ts';
import { type BuiltCommit, commitToPush } from '../../../../src/activities/render/forge-commit.ts';
import { pushRequestCommit } from '../../../../src/activities/render/request-commit.ts';
import { createForges } from '../../../../src/forge/forges.ts';
import type { Forge } from '../../../../src/forge/port.ts';
import { createGitRepositories } from '../../../../src/git/repositories.ts';
import type { GitRepository } from '../../../../src/git/repository.ts';
import { foreignAuthor } from '../../../../src/gitops/foreign-author.ts';
import { commitSigning } from '../../../../src/settings/commit-signing.ts';
import { gitCredentials } from '../../../../src/settings/git-credentials.ts';
import { parseSettings } from '../../../../src/settings/settings.ts';
import { git, gitTestEnvironment, temporaryDirectory } from '../../../support/git.ts';
import { createGitHubCheck } from '../../../support/openapi.ts';
import { createWorkbench } from '../../forge/world.ts';

const APP = 4711;
const BOT = `${APP}+fleet[bot]@users.noreply.github.com`;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const directory = temporaryDirectory('forge-commit');
const exchanges: Exchange[] = [];
let server: RunningForge;
let url: string;
/** The bare repository. */
let bare: string;
let base: string;
let caches = 0;

beforeAll(async () => {
  server = await startForge({
    directory: join(directory.path, 'repositories'),
    token: 'ghp_bot',
    onExchange: (exchange) => void exchanges.push(exchange),
  });
  ({ url, directory: bare } = await server.createRepository('acme', 'gitops'));
  server.registerApp({ id: APP, slug: 'fleet', publicKey: keys.publicKey });
  server.installApp(APP, 'acme', { permissions: { contents: 'write', pull_requests: 'write' } });
  const { local, push } = await createWorkbench(join(directory.path, 'local'), { url, token: 'ghp_bot' });
  base = local.commit('qa', { 'app.yaml': 'one\n' });
  await push('qa');
  server.protectBranch('acme/gitops', 'qa', { signedCommits: true });
});
afterAll(async () => {
  await server.close();
  directory.remove();
  const check = createGitHubCheck();
  expect([...new Set(exchanges.flatMap(check))], "differs from GitHub's published description").toEqual([]);
});

interface Worker {
  readonly gitops: GitRepository;
  readonly forge: Forge;
}

/** A worker that has seen nothing yet, whose commits the App makes. */
function worker(app = `, commitsAs: "${BOT}"`): Worker {
  const forge = `{ host: "${server.host}", kind: github, api: "${server.apiUrl}", app: { id: ${APP}, privateKey: { env: KEY }${app} } }`;
  const text = `apiVersion: fairlead.dev/v1\nkind: Worker\nforges: [${forge}]\n`;
  const settings = parseSettings(text, join(directory.path, 'worker.yaml'), { KEY: pem });
  caches += 1;
  const repositories = createGitRepositories({
    cacheDir: join(directory.path, `cache-${caches}`),
    environment: gitTestEnvironment,
    credentials: gitCredentials(settings),
    signing: commitSigning(settings),
  });
  return { gitops: repositories.open(url), forge: createForges({ forges: settings.forges }).for(url) };
}

async function build({ gitops }: Worker, content: string): Promise<BuiltCommit> {
  await gitops.branchHead('qa');
  const message = `Promote\n\nMain: ${'a'.repeat(40)}\n`;
  const person = { ...gitops.identity.author, date: '2026-01-01T00:00:00.000Z' };
  const changes = new Map([['app.yaml', content]]);
  return { commit: await gitops.writeCommit({ parent: base, changes, message, person }), message };
}

/** Does what a render does with what it has built. */
async function bring(at: Worker, branch: string, content: string): Promise<string> {
  const built = await build(at, content);
  const present = await at.gitops.branchHead(branch);
  const commit = await commitToPush({ ...at, present }, built);
  expect(await pushRequestCommit(at.gitops, { branch, head: present }, { commit, base })).toBeUndefined();
  return commit;
}

const commitCalls = () => exchanges.filter(({ path }) => path.endsWith('/git/commits')).length;

async function mergeOf({ forge }: Worker, branch: string, sha: string) {
  const draft = { base: 'qa', title: branch, body: '', label: 'promotion', isInBase: async () => false };
  const { number } = await forge.openPullRequest({ ...draft, head: { branch, sha } });
  return forge.merge(number, sha);
}

describe('A commit that the App makes', () => {
  it('is signed by GitHub, and holds what was built', async () => {
    const at = worker();
    const built = await build(at, 'two\n');
    const commit = await bring(at, 'deploy/one', 'two\n');
    expect(await at.gitops.commit(commit)).toMatchObject({
      tree: (await at.gitops.commit(built.commit)).tree,
      parents: [base],
      subject: 'Promote',
      author: { name: 'fleet[bot]', email: BOT },
      committer: { email: 'noreply@github.com' },
    });
    expect((await at.gitops.readFile(commit, 'app.yaml'))?.toString()).toBe('two\n');
  });

  it('is taken for our own by every worker, and made once for the same files', async () => {
    const commit = await bring(worker(), 'deploy/two', 'three\n');
    const calls = commitCalls();
    const other = worker();
    expect(await bring(other, 'deploy/two', 'three\n')).toBe(commit);
    expect(commitCalls()).toBe(calls);
    expect(await foreignAuthor(other.gitops, commit, { base })).toBeUndefined();
    expect(await bring(other, 'deploy/two', 'four\n')).not.toBe(commit);
    expect(commitCalls()).toBe(calls + 1);
  });

  it.each([
    ['another message', 'gpgsig x\n', `Promote\n\nApproved-by: the security team\n`],
    ['no signature', '', `Promote\n\nMain: ${'a'.repeat(40)}\n`],
  ])("is not somebody else's who writes the name of the bot, with %s", async (what, signature, message) => {
    const branch = `deploy/${what.replace(' ', '-')}`;
    const at = worker();
    const { commit } = await build(at, `${what}\n`);
    const { tree } = await at.gitops.commit(commit);
    await (await at.gitops.keepOnRemote(commit))();
    const people = `author fleet[bot] <${BOT}> 1 +0000\ncommitter GitHub <noreply@github.com> 1 +0000`;
    const text = `tree ${tree}\nparent ${base}\n${people}\n${signature}\n${message}`;
    const forged = git(bare, ['hash-object', '-w', '-t', 'commit', '--stdin'], { input: text });
    git(bare, ['update-ref', `refs/heads/${branch}`, forged]);
    expect(await bring(at, branch, `${what}\n`)).not.toBe(forged);
  });

  it('leaves nothing on the remote but the branch', async () => {
    await bring(worker(), 'deploy/three', 'five\n');
    expect(git(bare, ['for-each-ref', '--format=%(refname)'])).toContain('refs/heads/deploy/three');
    expect(git(bare, ['for-each-ref', '--format=%(refname)', 'refs/fairlead'])).toBe('');
  });

  it('takes the place of one that was pushed unsigned, and is merged where a rule wants signatures', async () => {
    const before = worker('');
    const unsigned = await bring(before, 'deploy/four', 'six\n');
    expect(await mergeOf(before, 'deploy/four', unsigned)).toMatchObject({ kind: 'refused' });
    const at = worker();
    const signed = await bring(at, 'deploy/four', 'six\n');
    expect(signed).not.toBe(unsigned);
    expect(await mergeOf(at, 'deploy/four', signed)).toMatchObject({ kind: 'merged' });
  });

  it('is refused where the settings name another bot, with the address to write', async () => {
    const at = worker(', commitsAs: "1+other[bot]@users.noreply.github.com"');
    await expect(bring(at, 'deploy/five', 'seven\n')).rejects.toMatchObject({
      type: 'InvalidConfig',
      message: expect.stringContaining(`GitHub commits as ${BOT}: write that address there`),
    });
    expect(await at.gitops.branchHead('deploy/five')).toBeUndefined();
  });

  it('is made later where the API does not see yet what was pushed', async () => {
    const { forge } = worker();
    const commit = { tree: 'e'.repeat(40), parents: [base], message: 'x' };
    await expect(forge.commits?.make(commit)).rejects.toMatchObject({ type: 'Unavailable' });
  });
});
