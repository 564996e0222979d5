import { describe, expect, it } from 'vitest';
import type { Failure, FailureType } from '../../../../src/failure.ts';
import type { Forge } from '../../../../src/forge/port.ts';
import { draft, pullRequestJson, type Reply, recordedForge, token } from './recorded-forge.ts';

/** Every method of the port that asks, so that none slips through with a raw error. */
const calls: Readonly<Record<string, (forge: Forge) => Promise<unknown>>> = {
  openPullRequest: (forge) => forge.openPullRequest(draft),
  pullRequest: (forge) => forge.pullRequest(7),
  findOpen: (forge) => forge.findOpen('deploy/x', 'qa'),
  openRequests: (forge) => forge.openRequests('qa'),
  updatePullRequest: (forge) => forge.updatePullRequest(7, { title: 'Other', body: 'Text' }),
  relabel: (forge) => forge.relabel(7, 'deployed', ['promotion']),
  merge: (forge) => forge.merge(7, draft.head.sha),
  close: (forge) => forge.close(7, 'Bye'),
};

async function failureOf(work: Promise<unknown> | undefined): Promise<Failure> {
  const error = await Promise.resolve(work).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toHaveProperty('type');
  const failure = error as Failure;
  expect(JSON.stringify([failure.message, String(failure.cause), failure.stack])).not.toContain(token);
  return failure;
}

describe('An answer of Gitea', () => {
  const cases: readonly [Reply, FailureType, RegExp, number?][] = [
    [
      { status: 401, json: { message: 'invalid username, password or token' } },
      'Unauthorized',
      /valid token into .*GITEA_TOKEN/,
    ],
    [
      { status: 403, json: { message: 'token does not have at least one of required scope(s): [write:repository]' } },
      'Unauthorized',
      /required scope.*write:repository and write:issue.*write access to acme\/gitops/,
    ],
    [{ status: 404, json: { message: 'not found' } }, 'NotFound', /may see acme\/gitops/],
    [{ status: 307, headers: { location: '/elsewhere' } }, 'NotFound', /has moved/],
    [
      { status: 422, json: { message: 'x', errors: ['title: too long', { message: 'no' }] } },
      'Refused',
      /x: title: too long: no\./,
    ],
    [{ status: 423, json: { message: 'repo is archived' } }, 'Refused', /423\): repo is archived.*archive/],
    [{ status: 429, headers: { 'retry-after': '7' } }, 'Unavailable', /next try is in 7 s/, 7_000],
    [{ status: 429 }, 'Unavailable', /next try is in 30 s/, 30_000],
    [{ status: 500, json: { message: '' } }, 'Unavailable', /500\): no message\. Fairlead tries again/],
    [{ status: 502, text: '<html><title>Bad gateway</title>' }, 'Unavailable', /a page \("Bad gateway"\)/],
    [{ status: 503, headers: { 'retry-after': '90' } }, 'Unavailable', /503/, 90_000],
    [{ status: 200, text: '<!doctype html><title>Sign in</title>' }, 'Unavailable', /a page \("Sign in"\).*\/api\/v1/],
    [{ status: 200, json: { number: 'seven' } }, 'Unavailable', /not what the API of Gitea or Forgejo gives/],
  ];

  it.each(cases)('%j is %s', async (...[reply, type, says, retryAfterMs]) => {
    for (const [name, call] of Object.entries(calls)) {
      // It refuses a method of merging, and is no failure there.
      if (name === 'merge' && reply.status === 422) continue;
      const { forge } = recordedForge({ '.*': reply });
      const failure = await failureOf(call(forge));
      expect(failure, name).toMatchObject({ type, message: expect.stringMatching(says) });
      expect(failure.retryAfterMs, name).toBe(retryAfterMs);
    }
  });

  it('that is another request than the one asked for is not believed', async () => {
    const { forge } = recordedForge({ '.*': { json: pullRequestJson({ number: 8 }) } });
    expect(await failureOf(forge.pullRequest(7))).toMatchObject({
      message: expect.stringContaining('it is not pull request #7'),
    });
  });

  it('whose address could end a link in Markdown is written so that it cannot', async () => {
    const html_url = 'https://git.example.com/acme/gitops/pulls/7?)[x](http://evil.example)';
    const { forge } = recordedForge({ '.*': { json: pullRequestJson({ html_url }) } });
    expect((await forge.pullRequest(7)).url).not.toMatch(/[()[\]]/);
  });

  it('that never ends is given up, and so is a list without an end', async () => {
    const endless = recordedForge({ '.*': { json: [pullRequestJson()], headers: { link: '<x>; rel="next"' } } });
    const failure = await failureOf(endless.forge.openRequests('qa'));
    expect(failure).toMatchObject({
      type: 'Refused',
      message: expect.stringContaining('Close those that nobody needs'),
    });
    expect(endless.sent.length).toBeLessThan(100);
    const silent = recordedForge(
      { '.*': ({ headers }) => new Promise(() => headers) },
      {
        requestTimeoutMs: 50,
        fetch: (_, init) =>
          new Promise((_resolve, reject) => {
            init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
          }),
      },
    );
    expect(await failureOf(silent.forge.pullRequest(7))).toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining('no answer within 0.1 s'),
    });
  });
});

describe('A token of Gitea', () => {
  it.each([undefined, '', ' \n', 'one\ntwo'])('%j is refused by its name, before anything is sent', async (given) => {
    const { forge, sent } = recordedForge({}, { tokens: [given] });
    expect(await failureOf(forge.pullRequest(7))).toMatchObject({
      type: 'Unauthorized',
      message: expect.stringContaining('GITEA_TOKEN'),
    });
    expect(sent).toEqual([]);
  });

  it('goes into a header, and into no URL', async () => {
    const { forge, sent } = recordedForge({ '.*': { json: pullRequestJson() } });
    await forge.pullRequest(7);
    expect(sent[0]?.headers.get('authorization')).toBe(`token ${token}`);
    expect(sent[0]?.url).not.toContain(token);
  });
});

describe('A limit of calls before Gitea', () => {
  it('is waited for, and by all of this worker: nothing else is asked until then', async () => {
    let now = Date.parse('2030-01-01T00:00:00Z');
    let isLimited = true;
    const { forge, calls: asked } = recordedForge(
      {
        '.*': () =>
          isLimited ? { status: 429, headers: { 'retry-after': '60' } } : { json: pullRequestJson({ state: 'open' }) },
      },
      { now: () => now },
    );
    const waiting = { type: 'Unavailable', isWaiting: true };
    await expect(forge.pullRequest(7)).rejects.toMatchObject(waiting);
    await expect(forge.findOpen('deploy/x', 'qa')).rejects.toMatchObject({
      ...waiting,
      message: expect.stringContaining('environment variable GITEA_TOKEN has used what git.example.com allows'),
    });
    expect(asked()).toHaveLength(1);
    isLimited = false;
    now += 61_000;
    expect(await forge.pullRequest(7)).toMatchObject({ number: 7 });
  });

  it('that the answers tell makes looks rarer before it is met', async () => {
    const now = Date.parse('2030-01-01T00:00:00Z');
    const headers = {
      date: new Date(now).toUTCString(),
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': '200',
      'x-ratelimit-reset': `${now / 1000 + 3_600}`,
    };
    const { forge } = recordedForge({ '.*': { json: pullRequestJson(), headers } }, { now: () => now });
    expect(forge.stretched?.(30_000)).toBe(30_000);
    await forge.pullRequest(7);
    expect(forge.stretched?.(30_000)).toBeGreaterThan(300_000);
  });
});

describe('A merge that waits for reviews on Gitea', () => {
  const date = '2030-01-01T00:00:00Z';
  const mergeTwice = async (now: string) => {
    const headers = { date: new Date(now).toUTCString() };
    const { forge, calls: asked } = recordedForge({
      'GET /pulls/7': { json: pullRequestJson({ updated_at: date }), headers },
      'POST /pulls/7/merge': { status: 405, json: { message: 'Does not have enough approvals' }, headers },
    });
    const first = await forge.merge(7, draft.head.sha);
    expect(await forge.merge(7, draft.head.sha)).toEqual(first);
    return asked().filter((call) => call.startsWith('POST')).length;
  };

  it('is not tried again where the request was not dated anew', async () => {
    expect(await mergeTwice('2030-01-01T00:01:00Z')).toBe(1);
  });

  it('is tried again where a review of the same second would leave the date as it is', async () => {
    expect(await mergeTwice('2030-01-01T00:00:01Z')).toBe(2);
  });
});

describe('A call to Gitea', () => {
  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    const { forge, sent } = recordedForge(
      {
        'POST /pulls/7/merge': () => {
          stop.abort(new Error('the step was cancelled'));
          return { status: 405, json: { message: 'Please try again later' } };
        },
      },
      { signal: stop.signal },
    );
    await expect(forge.merge(7, draft.head.sha)).rejects.toThrow('the step was cancelled');
    await expect(forge.pullRequest(7)).rejects.toThrow('the step was cancelled');
    expect(sent).toHaveLength(1);
  });
});
