import { describe, expect, it } from 'vitest';
import { createForges } from '../../../../src/forge/forges.ts';
import { createVirtualTime, type VirtualTime } from '../budget/virtual-time.ts';
import { baseSha, hourMs, pollMs, shaOf, wait } from '../budget/waiting.ts';

/** A Gitea as it was measured to be: it lists 50 on a page, has no `ETag`, and dates a request anew where somebody does something to it. */
function waitingGitea(time: VirtualTime, perRepository: number) {
  const counted = { asked: 0, merges: 0, entries: 0 };
  const changed = new Map<string, number>();
  const request = (repository: string, number: number) => ({
    number,
    html_url: `https://git.example.com/acme/${repository}/pulls/${number}`,
    ...{ state: 'open', title: 'Promote', body: 'What changes', draft: false, labels: [], merged: false },
    head: { label: `deploy/${number}`, sha: shaOf(number), repo_id: 3 },
    base: { label: `env-${number}`, sha: baseSha, repo_id: 3 },
    updated_at: new Date(changed.get(`${repository} ${number}`) ?? 0).toISOString(),
  });
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { pathname, searchParams } = new URL(String(input));
    const date = { date: new Date(time.now()).toUTCString() };
    const [, repository = '', number] = /\/acme\/(\w+)\/pulls(?:\/(\d+))?/.exec(pathname) ?? [];
    counted.asked += 1;
    if (init?.method === 'POST') {
      counted.merges += 1;
      return Response.json({ message: 'Does not have enough approvals' }, { status: 405, headers: date });
    }
    if (number !== undefined) return Response.json(request(repository, Number(number)), { headers: date });
    const all = Array.from({ length: perRepository }, (_, index) => request(repository, index + 1));
    if (searchParams.get('sort') === 'recentupdate')
      all.sort((one, other) => Date.parse(other.updated_at) - Date.parse(one.updated_at));
    const limit = Math.min(50, Number(searchParams.get('limit')));
    const from = (Number(searchParams.get('page')) - 1) * limit;
    const page = all.slice(from, from + limit);
    counted.entries += page.length;
    const link = from + limit < all.length && { link: '<x>; rel="next"' };
    return Response.json(page, { headers: { ...date, ...link } });
  };
  const change = (repository: string, number: number) => void changed.set(`${repository} ${number}`, time.now());
  return { fetch, counted, change };
}

interface Waiting {
  readonly repositories: readonly string[];
  readonly perRepository: number;
  readonly merge: boolean;
}

/** Counts what an hour of waiting costs, without the first looks, which are at the requests themselves. */
async function callsAnHour({ repositories, perRepository, merge }: Waiting) {
  const time = createVirtualTime();
  const { fetch, counted, change } = waitingGitea(time, perRepository);
  const setting = { host: 'git.example.com', kind: 'gitea', apiUrl: 'https://git.example.com/api/v1' } as const;
  const signIn = { token: async () => 'gitea-token', tokenName: 'T' };
  const forges = createForges({ forges: [{ ...setting, ...signIn }], fetch, now: time.now });
  for (const name of repositories)
    for (let number = 1; number <= perRepository; number += 1)
      wait(time, forges.for(`https://git.example.com/acme/${name}`), { number, merge, isReadTwice: merge });
  const began = time.now();
  // Something is said at one of them every other minute.
  for (let minute = 0; minute < 60; minute += 2)
    time.at(began + minute * 60_000, async () => change('one', (minute % perRepository) + 1));
  await time.run(began + 2 * pollMs);
  const before = { ...counted };
  await time.run(began + 2 * pollMs + hourMs);
  expect(time.failures).toEqual([]);
  return {
    asked: counted.asked - before.asked,
    merges: counted.merges - before.merges,
    entries: counted.entries - before.entries,
  };
}

describe('Open requests on Gitea that wait for people', { timeout: 120_000 }, () => {
  it.each([
    [1, ['one'], 132],
    [20, ['one'], 132],
    [100, ['one'], 144],
    [500, ['one', 'two', 'three', 'four', 'five'], 720],
  ])('%i of them are looked at by fewer calls an hour than one each', async (total, repositories, most) => {
    const perRepository = total / repositories.length;
    const { asked, entries } = await callsAnHour({ repositories, perRepository, merge: false });
    expect(asked).toBeGreaterThan(100 * repositories.length);
    expect(asked).toBeLessThanOrEqual(most);
    // Most lists are of what has changed.
    expect(entries).toBeLessThan(asked * 25);
  });
});

describe('Open requests on Gitea that are to be merged as soon as they may be', { timeout: 120_000 }, () => {
  it('are read in each look, and tried again where somebody has done something, else after some minutes', async () => {
    const { asked, merges } = await callsAnHour({ repositories: ['one'], perRepository: 20, merge: true });
    const looks = 20 * 120;
    expect(asked).toBeLessThan(2.3 * looks);
    expect(merges).toBeGreaterThan(20);
    expect(merges).toBeLessThan(looks / 5);
  });
});
