import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { type RunningForge, startForge } from '../../../fakes/github/start.ts';
import { createTestRepository, temporaryDirectory } from '../../support/git.ts';

const token = 'ghp_bot';
const { path: directory, remove } = temporaryDirectory('saved');
const forges: RunningForge[] = [];

afterEach(async () => {
  for (const forge of forges.splice(0)) await forge.close();
  remove();
});

async function start(saved?: string): Promise<RunningForge> {
  const forge = await startForge({ directory: join(directory, 'forge'), token, saved });
  forges.push(forge);
  return forge;
}

function call(forge: RunningForge, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${forge.apiUrl}/repos/local/shop${path}`, { ...init, headers });
}

test('a forge that is started again has its requests, comments and statuses, and still knows whose they are', async () => {
  const repository = createTestRepository(join(directory, 'shop.git'));
  const base = repository.commit('dev', { 'a.yaml': 'one\n' });
  repository.setBranch('deploy/x', base);
  const sha = repository.commit('deploy/x', { 'a.yaml': 'two\n' });
  const first = await start();
  first.serveRepository('local', 'shop', repository.path);
  const post = (path: string, body: unknown) => call(first, path, { method: 'POST', body: JSON.stringify(body) });
  expect((await post('/pulls', { head: 'deploy/x', base: 'dev', title: 'Two' })).status).toBe(201);
  const comment = (await (await post('/issues/1/comments', { body: 'it is' })).json()) as { readonly id: number };
  await post(`/statuses/${sha}`, { state: 'success', context: 'fairlead/dev' });
  const saved = first.save();
  expect(saved).not.toContain(token);
  await first.close();

  const second = await start(saved);
  second.serveRepository('local', 'shop', repository.path);
  const [request] = await second.pullRequests('local/shop');
  expect(request).toMatchObject({ number: 1, state: 'open', author: 'fairlead-bot', comments: [{ body: 'it is' }] });
  expect(second.statuses('local/shop', sha)).toMatchObject([{ context: 'fairlead/dev' }]);
  const edit = { method: 'PATCH', body: JSON.stringify({ body: 'it was' }) };
  expect((await call(second, `/issues/comments/${comment.id}`, edit)).status).toBe(200);
  const more = await call(second, '/issues/1/comments', { method: 'POST', body: JSON.stringify({ body: 'new' }) });
  expect(((await more.json()) as { id: number }).id).toBeGreaterThan(comment.id);
});

test('a checkout is served as it is, also to a fetch that leaves out files', async () => {
  const checkout = join(directory, 'checkout');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], { encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch=main', checkout);
  git('-C', checkout, 'commit', '--quiet', '--allow-empty', '--message=Begin');
  const forge = await start();
  forge.serveRepository('local', 'shop', join(checkout, '.git'));
  const header = `http.extraHeader=Authorization: Bearer ${token}`;
  const clone = join(directory, 'clone');
  const url = `${forge.url}/local/shop`;
  const { stderr } = await promisify(execFile)('git', [
    '-c',
    header,
    'clone',
    '--quiet',
    '--filter=blob:none',
    url,
    clone,
  ]);
  expect(stderr).toBe('');
  expect(git('-C', clone, 'log', '--format=%s')).toBe('Begin\n');
});
