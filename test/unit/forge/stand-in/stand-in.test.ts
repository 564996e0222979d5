import { createCipheriv } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlockedPush } from '../../../../fakes/github/rules/rulesets.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY, TOKEN } from '../github-world.ts';
import { createWorkbench, type Workbench } from '../world.ts';

const directory = temporaryDirectory('stand-in');
let world: GitHubWorld;
let bench: Workbench;
let sha: string;
const title = `<script>alert("x")</script> & 'more'`;

beforeAll(async () => {
  world = await createGitHubWorld();
  world.server.addUser({ login: 'reader', token: 'ghp_reader', permission: 'read' });
  bench = await createWorkbench(join(directory.path, 'local'), world.remote);
  bench.local.setBranch('deploy/x', bench.local.commit('dev', { 'app.yaml': 'one\n', 'old.yaml': 'old\n' }));
  sha = bench.local.commit('deploy/x', { 'app.yaml': '<b>two</b>\n', 'old.yaml': null, 'new.yaml': 'new\n' });
  await bench.push('dev', 'deploy/x');
  const body =
    '### Main commits: 1\n- [`abc`](https://x.example/c) *fix* <img src=x>\n\n> **1 object is removed.**' +
    '\n\n> **It**\n> - `x`\n\n- one\n  - two: `2`\n- three\n\n<details><summary>1 more</summary>\n\n<details><summary>a <code>b&#60;</code></summary>\n\n- three\n\n</details>\n\n- four\n\n</details>';
  const head = { branch: 'deploy/x', sha };
  await world.forge.openPullRequest({ head, base: 'dev', title, body, label: 'promoted', isInBase: async () => true });
  world.server.protectBranch(REPOSITORY, 'dev', { requiredApprovals: 1 });
});
afterAll(async () => {
  await world.close();
  directory.remove();
});

/** Git sends a pack of more than a mebibyte in chunks, without its length. */
function incompressible(bytes: number): Buffer {
  const key = Buffer.alloc(32, 7);
  return createCipheriv('chacha20', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

function api(path: string, init: RequestInit & { readonly token?: string } = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${init.token ?? TOKEN}`, ...init.headers };
  return fetch(`${world.server.apiUrl}/repos/${REPOSITORY}${path}`, { ...init, headers });
}

describe('git over HTTP', () => {
  it('wants a token, as GitHub does, also for reading', async () => {
    const refused = await fetch(`${world.remote.url}/info/refs?service=git-upload-pack`);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="GitHub"');
    const wrong = await createWorkbench(join(directory.path, 'wrong'), { ...world.remote, token: 'ghp_wrong' });
    await expect(wrong.fetch('dev')).rejects.toThrow(/Authentication failed|could not read Username/);
  });

  it('takes Bearer as well as Basic', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answer = await fetch(`${world.remote.url}.git/info/refs?service=git-upload-pack`, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-git-upload-pack-advertisement');
  });

  it('lets a token without permission to write read only', async () => {
    const reader = await createWorkbench(join(directory.path, 'reader'), { ...world.remote, token: 'ghp_reader' });
    await reader.fetch('dev');
    reader.local.commit('mine', { a: 'a' });
    await expect(reader.push('mine')).rejects.toThrow(/403/);
  });

  it('refuses a direct push to a protected branch, and takes the others of the same push', async () => {
    const other = await createWorkbench(join(directory.path, 'other'), world.remote);
    other.local.commit('dev', { a: 'a' });
    other.local.commit('free', { a: 'a' });
    await expect(other.push('dev', 'free')).rejects.toThrow(
      /GH006: Protected branch update failed for refs\/heads\/dev/,
    );
    await other.fetch('free');
  });

  it('refuses by a ruleset what it names, in the words of GH013, and nothing else', async () => {
    const other = await createWorkbench(join(directory.path, 'ruled'), world.remote);
    const rule = (blocked: BlockedPush) =>
      world.server.setRulesets(REPOSITORY, [{ branches: 'ruled/**', blocks: [blocked] }]);
    const commit = (branch: string, content: string) => void other.local.commit(branch, { a: content });
    commit('ruled/a/b', '1');
    const pushes: Readonly<Record<BlockedPush, () => Promise<void>>> = {
      creation: () => other.push('ruled/a/b'),
      update: () => {
        commit('ruled/a/b', '2');
        return other.push('ruled/a/b');
      },
      non_fast_forward: () => {
        commit('elsewhere', '3');
        return other.push('+elsewhere:ruled/a/b');
      },
      deletion: () => other.push(':ruled/a/b'),
    };
    const words: Readonly<Record<BlockedPush, string>> = {
      creation: 'Cannot create ref due to creations being restricted.',
      update: 'Cannot update this protected ref.',
      non_fast_forward: 'Cannot force-push to this branch',
      deletion: 'Cannot delete this branch',
    };
    const all = ['creation', 'update', 'non_fast_forward', 'deletion'] as const;
    for (const [index, blocked] of all.entries()) {
      rule(blocked);
      const refusal = pushes[blocked]();
      await expect(refusal).rejects.toThrow('GH013: Repository rule violations found for refs/heads/ruled/a/b');
      await expect(refusal).rejects.toThrow(`- ${words[blocked]}`);
      rule(all[(index + 1) % all.length] ?? 'creation');
      await pushes[blocked]();
    }
    world.server.setRulesets(REPOSITORY, []);
  });

  it('takes a push that is larger than what git sends with a length', async () => {
    const large = incompressible(1_500_000);
    bench.local.commit('large', { 'large.txt': large });
    await bench.push('large');
    await bench.fetch('large');
  });

  it('serves the head of every request, also when its branch is gone', async () => {
    await bench.fetch('refs/pull/1/head');
    expect(bench.local.git(['rev-parse', 'FETCH_HEAD'])).toBe(sha);
  });
});

describe('the REST API', () => {
  it('pages through lists', async () => {
    for (const number of [1, 2, 3]) {
      const body = JSON.stringify({ body: `Comment ${number}` });
      expect((await api('/issues/1/comments', { method: 'POST', body })).status).toBe(201);
    }
    const first = await api('/issues/1/comments?per_page=2');
    expect(await first.json()).toHaveLength(2);
    expect(first.headers.get('link')).toMatch(/page=2>; rel="next", <[^>]*page=2>; rel="last"$/);
    const second = await api('/issues/1/comments?per_page=2&page=2');
    expect(await second.json()).toMatchObject([{ body: 'Comment 3' }]);
    expect(second.headers.get('link')).toMatch(/page=1>; rel="prev", <[^>]*page=1>; rel="first"$/);
    expect((await api('/issues/1/comments')).headers.get('link')).toBeNull();
  });

  it('ignores a head without its owner, as GitHub does', async () => {
    expect(await (await api('/pulls?head=nonsense')).json()).toHaveLength(1);
    expect(await (await api('/pulls?head=acme:nonsense')).json()).toEqual([]);
  });

  it('says how much of the rate is left', async () => {
    const [one, two] = [await api(''), await api('')].map((answer) => answer.headers.get('x-ratelimit-remaining'));
    expect(Number(one) - Number(two)).toBe(1);
  });

  it('gives an open request the commit of a test merge, which is no merge', async () => {
    const open = (await (await api('/pulls/1')).json()) as Record<string, unknown>;
    expect(open).toMatchObject({ state: 'open', merged: false, mergeable: true, mergeable_state: 'blocked' });
    expect(open.merge_commit_sha).toMatch(/^[0-9a-f]{40}$/);
    expect(open).toMatchObject({ commits: 1, changed_files: 3, additions: 2, deletions: 2 });
  });

  it('opens nothing from what is no branch', async () => {
    const body = JSON.stringify({ title: 'T', head: '../../HEAD', base: 'dev' });
    expect((await api('/pulls', { method: 'POST', body })).status).toBe(422);
  });

  it('refuses broken JSON and unknown paths', async () => {
    expect((await api('/pulls', { method: 'POST', body: '{' })).status).toBe(400);
    expect((await api('/pulls/1/unknown')).status).toBe(404);
  });
});

describe('the pages', () => {
  const get = (path: string) => fetch(`${world.server.url}${path}`);
  const press = (action: string, init: RequestInit = {}) =>
    fetch(`${world.server.url}/${REPOSITORY}/pull/1/${action}`, { method: 'POST', redirect: 'manual', ...init });

  it.each(['/', `/${REPOSITORY}`, `/${REPOSITORY}/pulls`, `/${REPOSITORY}/pull/1`])(
    '%s shows the request, escaped',
    async (path) => {
      const text = await (await get(path)).text();
      expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;more&#39;');
      expect(text).not.toMatch(/<script|<img|<b>two/);
      expect(text).toContain('promoted');
    },
  );

  it('show description, comments, diff and buttons', async () => {
    const text = await (await get(`/${REPOSITORY}/pull/1`)).text();
    expect(text).toContain('<li><a href="https://x.example/c"><code>abc</code></a> <i>fix</i> &lt;img src=x&gt;</li>');
    expect(text).toContain('<blockquote><b>1 object is removed.</b></blockquote>');
    expect(text).toContain('<blockquote><p><b>It</b></p><ul><li><code>x</code></li></ul></blockquote>');
    expect(text).toContain('<ul><li>one<ul><li>two: <code>2</code></li></ul></li><li>three</li></ul>');
    expect(text).toContain(
      '<details><summary>1 more</summary><details><summary>a <code>b&lt;</code></summary><ul><li>three</li></ul></details><ul><li>four</li></ul></details>',
    );
    expect(text).toContain('<span class="add">+&lt;b&gt;two&lt;/b&gt;</span>');
    expect(text).toMatch(/old\.yaml <span class="dim">removed/);
    expect(text).toContain('Merge pull request');
  });

  it('show a commit', async () => {
    const text = await (await get(`/${REPOSITORY}/commit/${sha}`)).text();
    expect(text).toContain(sha);
    expect(text).toMatch(/new\.yaml <span class="dim">added/);
    expect((await get(`/${REPOSITORY}/commit/${'0'.repeat(40)}`)).status).toBe(404);
    expect((await get(`/${REPOSITORY}/pull/99`)).status).toBe(404);
  });

  it('take no form from elsewhere', async () => {
    expect((await press('close', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect(await world.forge.pullRequest(1)).toMatchObject({ state: 'open' });
  });

  it('merge for a person, once the rules allow it', async () => {
    const body = new URLSearchParams({ sha, method: 'merge' });
    const refused = await press('merge', { body });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('At least 1 approving review is required');
    expect((await press('approve')).status).toBe(303);
    expect((await press('merge', { body })).headers.get('location')).toBe(`/${REPOSITORY}/pull/1`);
    const merged = await world.forge.pullRequest(1);
    expect(merged).toMatchObject({ state: 'merged', endedBy: 'maintainer' });
    const text = await (await get(`/${REPOSITORY}/pull/1`)).text();
    expect(text).toContain(`/commit/${merged.mergeCommit}`);
    expect(text).toContain('<span class="add">+&lt;b&gt;two&lt;/b&gt;</span>');
  });
});
