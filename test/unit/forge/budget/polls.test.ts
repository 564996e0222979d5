import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createForges } from '../../../../src/forge/forges.ts';
import type { Forge } from '../../../../src/forge/port.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';
import { baseSha as base, hourMs, pollMs, shaOf, wait } from './waiting.ts';

const repositories = ['one', 'two', 'three', 'four', 'five'];
const perRepository = 100;

/** A GitHub whose requests wait for ever: it answers lists, single requests and merges, and counts what costs. */
function waitingGitHub(time: VirtualTime) {
  const counted = { asked: 0, cost: 0, mostInMinute: 0 };
  let minute = { began: time.now(), asked: 0 };
  /** Changes with every request of that repository, as somebody comments there. */
  const comments = new Map<string, number>();
  const request = (repository: string, number: number) => ({
    number,
    node_id: `PR_${number}`,
    html_url: `https://github.com/acme/${repository}/pull/${number}`,
    ...{ state: 'open', title: 'Promote', body: 'What changes', labels: [], merged_at: null, merge_commit_sha: null },
    head: { ref: `deploy/${number}`, sha: shaOf(number), repo: { full_name: `acme/${repository}` } },
    base: { ref: `env-${number}`, sha: base },
    ...{ mergeable: true, mergeable_state: 'blocked', updated_at: `${comments.get(`${repository} ${number}`) ?? 0}` },
  });
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const [, repository = '', number] = /^\/repos\/acme\/(\w+)\/pulls(?:\/(\d+))?/.exec(pathname) ?? [];
    counted.asked += 1;
    minute = time.now() - minute.began < 60_000 ? minute : { began: time.now(), asked: 0 };
    minute.asked += 1;
    counted.mostInMinute = Math.max(counted.mostInMinute, minute.asked);
    const numbers = Array.from({ length: perRepository }, (_, index) => index + 1);
    const body =
      init?.method === 'PUT'
        ? { message: 'Required status check "e2e" is expected.' }
        : number === undefined
          ? numbers.map((each) => request(repository, each))
          : request(repository, Number(number));
    const text = JSON.stringify(body);
    const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
    const isSame = new Headers(init?.headers).get('if-none-match') === etag;
    if (!isSame) counted.cost += 1;
    const headers = {
      'content-type': 'application/json',
      date: new Date(time.now()).toUTCString(),
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': String(5_000 - counted.cost),
      'x-ratelimit-reset': String(Math.ceil(Date.parse('2030-01-01T01:00:00Z') / 1000)),
      ...(init?.method === 'PUT' ? {} : { etag }),
    };
    if (isSame) return new Response(null, { status: 304, headers });
    return new Response(text, { status: init?.method === 'PUT' ? 405 : 200, headers });
  };
  const comment = (repository: string, number: number) =>
    comments.set(`${repository} ${number}`, (comments.get(`${repository} ${number}`) ?? 0) + 1);
  return { fetch, counted, comment };
}

function openForges(time: VirtualTime, fetch: typeof globalThis.fetch): readonly Forge[] {
  const setting = { host: 'github.com', kind: 'github', apiUrl: 'https://api.github.com', tokenName: 'T' } as const;
  const forges = createForges({ forges: [{ ...setting, token: async () => 't' }], fetch, now: time.now });
  return repositories.map((name) => forges.for(`https://github.com/acme/${name}`));
}

describe('500 open requests on 5 repositories', { timeout: 120_000 }, () => {
  it('that wait for people are fewer than 1,000 calls an hour, whether or not they cost something', async () => {
    const time = createVirtualTime();
    const { fetch, counted, comment } = waitingGitHub(time);
    for (const forge of openForges(time, fetch))
      for (let number = 1; number <= perRepository; number += 1) wait(time, forge, { number, merge: false });
    const began = time.now();
    // Something is said at one of them every other minute.
    for (let minute = 0; minute < 60; minute += 2)
      time.at(began + minute * 60_000, async () => void comment('one', minute + 1));
    // The first look of each is at the request itself.
    await time.run(began + pollMs);
    const atFirst = { ...counted };
    await time.run(began + hourMs);
    expect(time.failures).toEqual([]);
    expect(counted.asked - atFirst.asked).toBeGreaterThan(100);
    expect(counted.asked - atFirst.asked).toBeLessThan(1_000);
    expect(counted.cost).toBeLessThan(1_000);
  });

  it('that wait for checks cost fewer than 250 calls in a quarter of an hour, and keep to what GitHub allows in a minute', async () => {
    const time = createVirtualTime();
    const { fetch, counted } = waitingGitHub(time);
    for (const forge of openForges(time, fetch))
      for (let number = 1; number <= perRepository; number += 1) wait(time, forge, { number, merge: true });
    const began = time.now();
    await time.run(began + 2 * pollMs);
    const atFirst = { ...counted };
    counted.mostInMinute = 0;
    await time.run(began + 2 * pollMs + hourMs / 4);
    expect(time.failures).toEqual([]);
    expect(counted.asked - atFirst.asked).toBeGreaterThan(500);
    expect(counted.cost - atFirst.cost).toBeLessThan(250);
    expect(counted.mostInMinute).toBeLessThan(900);
  });
});
