import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/failure.ts';
import { createForges } from '../../../src/forge/forges.ts';
import type { Forge } from '../../../src/forge/port.ts';

const sha = 'a'.repeat(40);
const request = {
  ...{ number: 7, node_id: 'x', html_url: 'https://git.example.com/acme/gitops/pull/7', state: 'open', title: 't' },
  ...{ body: null, user: { login: 'bot' }, labels: [], merged_at: null, merge_commit_sha: null },
  head: { ref: 'deploy/x', sha, repo: { full_name: 'acme/gitops' } },
  base: { ref: 'qa' },
};

type Answer = { readonly status?: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

/** A forge that answers what it is told to, and how often it was asked. */
function forgeThat(answer: (method: string, path: string) => Answer): { readonly forge: Forge; calls: number } {
  const told = { calls: 0 };
  const setting = {
    ...{ host: 'git.example.com', kind: 'github' as const, apiUrl: 'https://git.example.com/api/v3', tokenName: 'T' },
    token: async () => 'ghp_token',
  } as const;
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    told.calls += 1;
    const { status = 200, body, headers } = answer(init?.method ?? 'GET', new URL(String(input)).pathname);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } });
  };
  return Object.assign(told, {
    forge: createForges({ forges: [setting], fetch }).for('https://git.example.com/acme/gitops'),
  });
}

describe('An answer of the forge', () => {
  it.each<[string, string, string]>([
    ['of ten million empty requests, whose faults would be described one by one', `[${'{},'.repeat(1e7)}{}]`, 'values'],
    ['of very many levels', '['.repeat(1_000_000), 'levels'],
  ])('%s is not parsed', async (_, body, why) => {
    const { forge } = forgeThat(() => ({ body }));
    const says = { type: 'Unavailable', message: expect.stringContaining(why) };
    await expect(forge.openRequests('qa')).rejects.toMatchObject(says);
  });

  const labelled = (pageInfo: object, nodes: readonly object[]) => ({
    data: { repository: { pullRequests: { nodes, pageInfo } } },
  });
  const endless = { headers: { link: '<https://x/>; rel="next"' } };

  it('that has pages without an end is read to a bound, and a person is told', async () => {
    const pages = labelled({ hasNextPage: true, endCursor: 'x' }, []);
    const told = forgeThat((_, path) => (/graphql$/.test(path) ? { body: pages } : { body: [request], ...endless }));
    await expect(told.forge.openRequests('qa')).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(/more than 2000\. Close those/),
    });
    expect(told.calls).toBe(40);
  });

  it('that lists more requests of others than are read hides none of ours, which have a label', async () => {
    const others = { ...request, head: { ref: 'x', sha, repo: { full_name: 'mallory/gitops' } } };
    const ours = labelled({ hasNextPage: false, endCursor: null }, [{ number: 7 }]);
    const { forge } = forgeThat((_, path) => {
      if (/graphql$/.test(path)) return { body: ours };
      return /pulls\/7$/.test(path) ? { body: request } : { body: [others], ...endless };
    });
    expect(await forge.openRequests('qa')).toMatchObject([{ number: 7, head: { branch: 'deploy/x' } }]);
  });

  it('about another request is not taken for this one', async () => {
    const { forge } = forgeThat(() => ({ body: { ...request, number: 8 } }));
    await expect(forge.pullRequest(7)).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining('it is not pull request #7'),
    });
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'pull/7', `https://x.example/${'a'.repeat(3_000)}`])(
    'with the page %.30s is refused',
    async (html_url) => {
      const { forge } = forgeThat(() => ({ body: { ...request, html_url } }));
      await expect(forge.pullRequest(7)).rejects.toMatchObject({ type: 'Unavailable' });
    },
  );

  it('has a page that ends no link in Markdown', async () => {
    const html_url = 'https://x.example/a) [all is well](https://evil.example/\u001b[2J <b>';
    const { forge } = forgeThat(() => ({ body: { ...request, html_url } }));
    const { url } = await forge.pullRequest(7);
    expect(url).toMatch(/^https:\/\/x\.example\/[^\s()[\]<>\p{Cc}]+$/u);
  });

  it.each([
    ['a message of megabytes', { message: `m ${'x'.repeat(5_000_000)}` }],
    ['a million errors', { message: 'm', errors: Array.from({ length: 1_000_000 }, () => ({ message: '' })) }],
  ])('that refuses with %s is known by its status', async (_, body) => {
    const { forge } = forgeThat(() => ({ status: 404, body }));
    const failure = await forge.pullRequest(7).catch((error: Error) => error);
    expect(failure).toMatchObject({ type: 'NotFound' });
    expect((failure as Error).message.length).toBeLessThan(3_000);
  });
});

describe('A forge, or a proxy on the way, that repeats what it was sent', () => {
  const said = 'no such header: authorization: token ghp_token';
  it.each([
    ['github', 401, JSON.stringify({ message: said })],
    ['gitea', 401, JSON.stringify({ message: said })],
    ['github', 502, `<html><title>${said}</title></html>`],
    ['gitea', 200, `<html><title>${said}</title></html>`],
  ] as const)('brings no token into a message: %s, %i', async (kind, status, text) => {
    const setting = { host: 'git.example.com', kind, apiUrl: 'https://git.example.com/api', tokenName: 'T' } as const;
    const fetch = async () => new Response(text, { status, headers: { 'content-type': 'application/json' } });
    const token = async () => 'ghp_token';
    const forge = createForges({ forges: [{ ...setting, token }], fetch }).for('https://git.example.com/acme/gitops');
    const failure = await forge.pullRequest(7).catch((error: unknown) => error as Failure);
    expect(failure).toMatchObject({ message: expect.stringContaining('token ***') });
    expect(JSON.stringify([failure, String((failure as Failure).stack)])).not.toContain('ghp_token');
  });
});

describe('A sign-in or a page about maintenance on the way to a forge', () => {
  it.each([
    ['github', 302],
    ['github', 304],
    ['gitea', 302],
    ['gitea', 303],
  ] as const)('ends no operation, and is not taken for a repository that has moved: %s, %i', async (kind, status) => {
    const setting = { host: 'git.example.com', kind, apiUrl: 'https://git.example.com/api', tokenName: 'T' } as const;
    const asked: string[] = [];
    const fetch = async (input: string | URL | Request) => {
      asked.push(new URL(input instanceof Request ? input.url : input).host);
      return new Response(null, { status, headers: { location: 'https://login.example.com/' } });
    };
    const token = async () => 'ghp_token';
    const forge = createForges({ forges: [{ ...setting, token }], fetch }).for('https://git.example.com/acme/gitops');
    const says = { type: 'Unavailable', message: expect.stringMatching(/leads elsewhere, such as a sign-in/) };
    await expect(forge.merge(7, sha)).rejects.toMatchObject(says);
    expect(asked).toEqual(['git.example.com']);
  });
});

describe('A hundred labels that somebody gave a request of ours', () => {
  it('keep it from having its own, and from nothing else', async () => {
    const { forge } = forgeThat((method, path) => {
      if (path.endsWith('/issues/7/labels')) return { status: 422, body: { message: 'Validation Failed' } };
      if (path.endsWith('/labels/promotion')) return { body: { name: 'promotion' } };
      return { body: method === 'POST' ? request : [] };
    });
    const draft = {
      ...{ head: { branch: 'deploy/x', sha }, base: 'qa', title: 't', body: '', label: 'promotion' },
      isInBase: async () => false,
    };
    expect(await forge.openPullRequest(draft)).toMatchObject({ number: 7, labels: [] });
  });
});
