import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Forge, PullRequestEntry } from '../../src/forge/port.ts';
import { temporaryDirectory } from '../support/git.ts';
import type { Workbench } from '../unit/forge/world.ts';
import { createGiteaWorld, type GiteaWorld, workbenchOf } from './gitea-world.ts';

const directory = temporaryDirectory('gitea-glance');
let world: GiteaWorld;
let bench: Workbench;

beforeAll(async () => {
  world = await createGiteaWorld();
  bench = await workbenchOf(world, join(directory.path, 'local'), 10);
});
afterAll(() => directory.remove());

/** Another worker, which has opened none of the requests, and the calls that it makes. */
function watcher(): { readonly forge: Forge; readonly calls: string[] } {
  const calls: string[] = [];
  const forge = world.forgeWith(world.remote.token, {
    fetch: async (input, init) => {
      const { pathname, search } = new URL(String(input));
      calls.push(`${init?.method} ${pathname.split(world.repository)[1]}${search}`);
      return fetch(input, init);
    },
  });
  return { forge, calls };
}

function glance(forge: Forge, number: number): Promise<PullRequestEntry | undefined> | undefined {
  return forge.glance?.(number, { withinMs: 0, isPolled: true });
}

async function openPair() {
  const pair = bench.pair();
  return { ...pair, number: (await world.forge.openPullRequest(pair.draft)).number };
}

describe('Gitea', () => {
  it('answers without ETag and date of change, so that no question can be conditional', async () => {
    const { number } = await openPair();
    for (const path of ['pulls?state=open', `pulls/${number}`]) {
      const headers = { authorization: `token ${world.remote.token}` };
      const answer = await fetch(`${world.site.apiUrl}/repos/${world.repository}/${path}`, { headers });
      expect([answer.status, answer.headers.get('etag'), answer.headers.get('last-modified')]).toEqual([
        200,
        null,
        null,
      ]);
    }
  });

  it('dates a request anew for all that people do to it, and not for a status or a push to its base', async () => {
    const { number, sha, head, base } = await openPair();
    const path = `/pulls/${number}`;
    const dateOf = async () => (await world.asMaintainer<{ readonly updated_at: string }>('GET', path)).updated_at;
    const isDated = async (act: () => Promise<unknown>, times = 50) => {
      const before = await dateOf();
      // Dates are of whole seconds.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await act();
      for (let left = times; left > 0; left -= 1) {
        if ((await dateOf()) !== before) return true;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return false;
    };
    const push = async (branch: string) => {
      bench.local.commit(branch, { 'more.yaml': `${branch}\n` });
      await bench.push(branch);
    };
    expect(await isDated(() => world.asMaintainer('POST', `${path}/reviews`, { event: 'APPROVED' }))).toBe(true);
    expect(await isDated(() => world.asMaintainer('POST', `/issues/${number}/comments`, { body: 'Why?' }))).toBe(true);
    expect(await isDated(() => world.asMaintainer('PATCH', path, { title: 'Another' }))).toBe(true);
    expect(await isDated(() => push(head))).toBe(true);
    const status = { context: 'e2e', state: 'success' };
    expect(await isDated(() => world.asMaintainer('POST', `/statuses/${sha}`, status), 10)).toBe(false);
    expect(await isDated(() => push(base), 10)).toBe(false);
  });
});

describe('A glance at a request of Gitea', () => {
  it('knows what was just opened, and else what one list says of all that are open', async () => {
    const [one, other] = [await openPair(), await openPair()];
    const { forge, calls } = watcher();
    expect(await forge.glance?.(one.number, { withinMs: 60_000, isPolled: false })).toBeUndefined();
    expect(calls).toEqual([]);
    const look = { withinMs: 60_000, isPolled: true };
    const looks = [one.number, other.number, one.number, 9_999].map((number) => forge.glance?.(number, look));
    const seen = ({ number, sha, base }: typeof one) => ({ number, state: 'open', head: { sha }, base });
    expect(await Promise.all(looks)).toMatchObject([seen(one), seen(other), seen(one), undefined]);
    expect(calls.filter((call) => call.includes('state=open'))).toHaveLength(1);
    expect(calls.length).toBe(2);
    expect(await world.forge.glance?.(one.number, { withinMs: 60_000, isPolled: false })).toMatchObject(seen(one));
  });

  it('shows by one call for what has changed that somebody pushes, leads it elsewhere, merges or closes it', async () => {
    const [pushed, led, merged, closed, left] = [
      await openPair(),
      await openPair(),
      await openPair(),
      await openPair(),
      await openPair(),
    ];
    const { forge, calls } = watcher();
    const all = [pushed, led, merged, closed, left];
    for (const { number, sha } of all) expect(await glance(forge, number)).toMatchObject({ head: { sha } });
    const after = calls.length;
    const commit = bench.local.commit(pushed.head, { 'app.yaml': 'by a person\n' });
    await bench.push(pushed.head);
    await world.asMaintainer('PATCH', `/pulls/${led.number}`, { base: left.base });
    await world.person.merge(merged.number, 'merge');
    await world.person.close(closed.number);
    await expect.poll(() => glance(forge, pushed.number)).toMatchObject({ head: { sha: commit } });
    expect(await glance(forge, led.number)).toMatchObject({ base: left.base });
    expect(await glance(forge, merged.number)).toBeUndefined();
    expect(await glance(forge, closed.number)).toBeUndefined();
    expect(await glance(forge, left.number)).toMatchObject({ state: 'open', head: { sha: left.sha } });
    const changes = calls.slice(after).filter((call) => call.includes('sort=recentupdate&page=1&limit=10'));
    expect(changes.length).toBeGreaterThan(3);
  });
});

describe('A merge that waits for reviews on Gitea', () => {
  it('is not tried again and again, and is tried as soon as somebody has approved', async () => {
    const { number, sha, base } = await openPair();
    await world.asMaintainer('POST', '/branch_protections', { rule_name: base, required_approvals: 1 });
    const { forge, calls } = watcher();
    const merges = () => calls.filter((call) => call.startsWith('POST')).length;
    // What was changed within seconds may be changed again without another date.
    await expect
      .poll(
        async () => {
          const before = merges();
          expect(await forge.merge(number, sha)).toMatchObject({ kind: 'not yet', byRules: true });
          return merges() - before;
        },
        { interval: 1_000, timeout: 60_000 },
      )
      .toBe(0);
    const before = merges();
    expect(await forge.merge(number, sha)).toMatchObject({ kind: 'not yet', byRules: true });
    expect(merges()).toBe(before);
    await world.asMaintainer('POST', `/pulls/${number}/reviews`, { event: 'APPROVED', commit_id: sha });
    expect(await forge.merge(number, sha)).toMatchObject({ kind: 'merged' });
  });
});
