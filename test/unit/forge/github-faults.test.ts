import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Trouble } from '../../../fakes/github/faults.ts';
import { Failure, type FailureType } from '../../../src/failure.ts';
import { createForges } from '../../../src/forge/forges.ts';
import type { Forge, PullRequestDraft } from '../../../src/forge/port.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY, TOKEN, TOKEN_NAME } from './github-world.ts';
import { createWorkbench } from './world.ts';

const directory = temporaryDirectory('faults');
let world: GitHubWorld;
let draft: PullRequestDraft;
let number: number;

beforeAll(async () => {
  world = await createGitHubWorld();
  world.server.addUser({ login: 'reader', token: 'ghp_reader', permission: 'read' });
  world.server.addUser({ login: 'stranger', token: 'ghp_stranger', permission: 'none' });
  const bench = await createWorkbench(join(directory.path, 'local'), world.remote, 1);
  ({ draft } = bench.pair());
  ({ number } = await world.forgeWith(TOKEN).openPullRequest(draft));
});
afterEach(() => world.server.clearFaults());
afterAll(async () => {
  await world.close();
  directory.remove();
});

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const result = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(result).toBeInstanceOf(Failure);
  const failure = result as Failure;
  expect(JSON.stringify([failure.message, String(failure.cause), failure.stack])).not.toContain('ghp_');
  return failure;
}

/** Every method of the port, so that none slips through with a raw error. */
const calls: Readonly<Record<string, (forge: Forge) => Promise<unknown>>> = {
  openPullRequest: (forge) => forge.openPullRequest(draft),
  pullRequest: (forge) => forge.pullRequest(number),
  findOpen: (forge) => forge.findOpen(draft.head.branch, draft.base),
  openRequests: (forge) => forge.openRequests(draft.base),
  updatePullRequest: (forge) => forge.updatePullRequest(number, { title: 'Another', body: 'Text' }),
  merge: (forge) => forge.merge(number, draft.head.sha),
  close: (forge) => forge.close(number, 'Bye'),
};

describe('a token', () => {
  it('that is missing is asked for by its name, before anything is sent', async () => {
    const before = world.exchanges.length;
    for (const token of [undefined, '', '  \n']) {
      const failure = await failureOf(world.forgeWith(token).pullRequest(number));
      expect(failure.type).toBe('Unauthorized');
      expect(failure.message).toContain(`${TOKEN_NAME} is not set`);
      expect(failure.message).toContain(REPOSITORY);
    }
    expect(world.exchanges.length).toBe(before);
  });

  it('with characters that are no token is never quoted', async () => {
    const failure = await failureOf(world.forgeWith('ghp_one\nghp_two').pullRequest(number));
    expect(failure).toMatchObject({ type: 'Unauthorized', message: expect.stringContaining(TOKEN_NAME) });
  });

  it('keeps the line end of the file that it was read from to itself', async () => {
    expect(await world.forgeWith(`${TOKEN}\n`).pullRequest(number)).toMatchObject({ number });
  });

  it.each(Object.keys(calls))('that is wrong: %s says which token to mend', async (call) => {
    const failure = await failureOf(Promise.resolve(calls[call]?.(world.forgeWith('ghp_wrong'))));
    expect(failure.type).toBe('Unauthorized');
    expect(failure.message).toMatch(/401.*Bad credentials/);
    expect(failure.message).toContain(TOKEN_NAME);
    expect(failure.message).toContain(world.server.host);
  });

  it('without permission to write: says which permission it lacks', async () => {
    const reader = world.forgeWith('ghp_reader');
    expect(await reader.pullRequest(number)).toMatchObject({ number });
    for (const call of ['openPullRequest', 'updatePullRequest', 'merge', 'close']) {
      const failure = await failureOf(Promise.resolve(calls[call]?.(reader)));
      expect(failure.type).toBe('Unauthorized');
      expect(failure.message).toMatch(/403.*not accessible.*(pull_requests|contents)=write/);
    }
  });

  it('that may not see the repository: not found, with that possibility named', async () => {
    const failure = await failureOf(world.forgeWith('ghp_stranger').pullRequest(number));
    expect(failure.type).toBe('NotFound');
    expect(failure.message).toContain(`may see ${REPOSITORY}`);
  });
});

describe('an answer', () => {
  const cases: readonly {
    readonly trouble: Extract<Trouble, { kind: 'answer' }>;
    readonly type: FailureType;
    readonly says: RegExp;
    readonly retryAfterMs?: number;
  }[] = [
    { trouble: { kind: 'answer', status: 401, message: 'Bad credentials' }, type: 'Unauthorized', says: /valid token/ },
    { trouble: { kind: 'answer', status: 403, message: 'Forbidden' }, type: 'Unauthorized', says: /permission/ },
    {
      trouble: { kind: 'answer', status: 403, message: 'Repository was archived so is read-only.' },
      type: 'Refused',
      says: /archived/,
    },
    {
      trouble: { kind: 'answer', status: 403, message: 'x', headers: { 'x-github-sso': 'required; url=u' } },
      type: 'Unauthorized',
      says: /single sign-on/,
    },
    {
      trouble: { kind: 'answer', status: 403, message: 'You have exceeded a secondary rate limit.' },
      type: 'Unavailable',
      says: /rate limit/,
      retryAfterMs: 60_000,
    },
    { trouble: { kind: 'answer', status: 404, message: 'Not Found' }, type: 'NotFound', says: /Check that it exists/ },
    { trouble: { kind: 'answer', status: 410, message: 'Gone' }, type: 'NotFound', says: /410/ },
    { trouble: { kind: 'answer', status: 422, message: 'Validation Failed' }, type: 'Refused', says: /422/ },
    {
      trouble: { kind: 'answer', status: 429, message: 'Slow down', headers: { 'retry-after': '7' } },
      type: 'Unavailable',
      says: /next try is in 7 s/,
      retryAfterMs: 7_000,
    },
    { trouble: { kind: 'answer', status: 500, message: 'Oops' }, type: 'Unavailable', says: /500.*tries again/ },
    {
      trouble: { kind: 'answer', status: 502, text: '<html>Bad gateway' },
      type: 'Unavailable',
      says: /502\): a page instead/,
    },
    {
      trouble: { kind: 'answer', status: 503, message: 'Maintenance', headers: { 'retry-after': '90' } },
      type: 'Unavailable',
      says: /503/,
      retryAfterMs: 90_000,
    },
    {
      trouble: { kind: 'answer', status: 301, message: 'Moved Permanently', headers: { location: '/elsewhere' } },
      type: 'NotFound',
      says: /has moved/,
    },
    { trouble: { kind: 'answer', status: 200, text: '<html>Sign in' }, type: 'Unavailable', says: /proxies/ },
    {
      trouble: { kind: 'answer', status: 200, text: '<!DOCTYPE html>\n<title>\nSign in</title>' },
      type: 'Unavailable',
      says: /a page \("Sign in"\) instead of an answer of the API, perhaps of a proxy/,
    },
  ];

  it.each(cases)('$trouble.status $trouble.message is $type', async ({ trouble, type, says, retryAfterMs }) => {
    for (const call of Object.values(calls)) {
      world.server.clearFaults();
      world.server.fail({ trouble });
      const failure = await failureOf(call(world.forgeWith(TOKEN)));
      expect(failure.type).toBe(type);
      expect(failure.message).toMatch(says);
      expect(failure.message).toContain(`${REPOSITORY} on ${world.server.host}`);
      expect(failure.message).not.toContain('\n');
      expect(failure.retryAfterMs).toBe(retryAfterMs);
    }
  });

  it('403 with an exhausted limit waits for its reset, by the clock of the forge', async () => {
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Date.parse('2030-01-01T00:10:00Z') / 1000),
      date: 'Tue, 01 Jan 2030 00:00:00 GMT',
    };
    world.server.fail({ trouble: { kind: 'answer', status: 403, message: 'API rate limit exceeded', headers } });
    const failure = await failureOf(world.forgeWith(TOKEN).pullRequest(number));
    expect(failure).toMatchObject({ type: 'Unavailable', retryAfterMs: 600_000 });
  });

  it('is asked for once: nothing is tried again by itself', async () => {
    const before = world.exchanges.length;
    world.server.fail({ times: 5, trouble: { kind: 'answer', status: 502 } });
    await failureOf(world.forgeWith(TOKEN).pullRequest(number));
    expect(world.exchanges.length).toBe(before + 1);
  });
});

describe('a connection', () => {
  it.each(['silence', 'half an answer'] as const)('with %s ends after the time limit', async (kind) => {
    const impatient = world.forgeWith(TOKEN, { requestTimeoutMs: 150 });
    for (const call of Object.values(calls)) {
      world.server.fail({ trouble: { kind } });
      const failure = await failureOf(call(impatient));
      expect(failure.type).toBe('Unavailable');
      expect(failure.message).toMatch(kind === 'silence' ? /no answer within 0\.2 s/ : /answer/);
    }
  });

  it('that is closed passes', async () => {
    for (const call of Object.values(calls)) {
      world.server.fail({ trouble: { kind: 'hang up' } });
      const failure = await failureOf(call(world.forgeWith(TOKEN)));
      expect(failure.type).toBe('Unavailable');
      expect(failure.message).toMatch(/tries again; check that the worker reaches/);
    }
  });

  it('that nobody takes passes, and names the host', async () => {
    const closed = await listening();
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const host = `127.0.0.1:${port}`;
    const setting = {
      host,
      kind: 'github',
      apiUrl: `http://${host}`,
      token: async () => TOKEN,
      tokenName: 'T',
    } as const;
    const forge = createForges({ forges: [setting] }).for(`http://${host}/acme/gitops`);
    const failure = await failureOf(forge.pullRequest(1));
    expect(failure.type).toBe('Unavailable');
    expect(failure.message).toMatch(new RegExp(`ECONNREFUSED.*reaches ${host}`));
  });
});

function listening(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
