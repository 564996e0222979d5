import { describe, expect, it } from 'vitest';
import { createGiteaClient } from '../../../../src/forge/gitea/client.ts';
import { progressComment } from '../../../../src/forge/gitea/reports/comment.ts';
import { checkRepositoryUrl } from '../../../../src/platform/repository/repository-url.ts';
import { draft, pullRequestJson, type Reply, recordedForge, repositoryUrl, type Sent } from './recorded-forge.ts';

/** Texts have no limit there: what somebody writes may be more than is read. */
const tooLarge: Reply = { text: `[${'0,'.repeat(250_000)}0]` };
const more = { link: '<x>; rel="next"' };

/** Answers a list of requests of which some are too large to be read: alone, and with others. */
function listOf(count: number, large: readonly number[], most = 50): (sent: Sent) => Reply {
  return ({ call }) => {
    const { page, limit } = Object.fromEntries(new URLSearchParams(call.split('?')[1]));
    const size = Math.min(Number(limit), most);
    const first = (Number(page) - 1) * size + 1;
    const numbers = Array.from({ length: Math.max(0, Math.min(size, count - first + 1)) }, (_, at) => first + at);
    if (numbers.some((number) => large.includes(number))) return tooLarge;
    const json = numbers.map((number) => pullRequestJson({ number }));
    return { json, headers: first + size <= count ? more : {} };
  };
}

const numbersOf = async (reply: (sent: Sent) => Reply) => {
  const { forge } = recordedForge({ 'GET /pulls\\?': reply });
  return (await forge.openRequests('qa')).map(({ number }) => number);
};
const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

describe('What somebody writes on Gitea that is too large to be read', () => {
  it.each([50, 20])('hides no other request, where a page has %i', async (most) => {
    const large = [3, 57, 58, 110];
    expect(await numbersOf(listOf(130, large, most))).toEqual(upTo(130).filter((number) => !large.includes(number)));
    expect(await numbersOf(listOf(110, large, most))).toEqual(upTo(109).filter((number) => !large.includes(number)));
  });

  it('is not kept of requests that are listed, of which there may be thousands', async () => {
    const { forge } = recordedForge({
      'GET /pulls\\?': { json: [pullRequestJson({ body: 'somebody '.repeat(100_000) })] },
    });
    const listed = [await forge.openRequests('qa'), await forge.glance?.(7, { withinMs: 1_000, isPolled: true })];
    expect(listed).toMatchObject([[{ number: 7 }], { number: 7 }]);
    expect(JSON.stringify(listed)).not.toContain('somebody');
  });

  it('is left out where the forge itself cannot read it', async () => {
    const { forge } = recordedForge({ 'GET /pulls\\?': { json: [null, pullRequestJson()] } });
    expect(await forge.openRequests('qa')).toMatchObject([{ number: 7 }]);
  });

  it('is not read again and again where there is very much of it', async () => {
    const { forge, sent } = recordedForge({ 'GET /pulls\\?': listOf(100, upTo(100)) });
    await expect(forge.openRequests('qa')).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringMatching(/list the open pull requests to qa.*more than 250,?000 values.*so long/),
    });
    expect(sent.length).toBeLessThan(30);
  });

  it('hides none of ours, and neither do more requests than are read', async () => {
    const ours = pullRequestJson({ number: 9_001 });
    const { forge, calls } = recordedForge({
      'GET /pulls\\?': listOf(9_000, []),
      'GET /issues\\?type=pulls&state=open&labels=promotion&': { json: [{ number: 9_001 }] },
      'GET /issues\\?': { json: [] },
      'GET /pulls/9001$': { json: ours },
    });
    const found = await forge.openRequests('qa');
    expect(found).toHaveLength(2_001);
    expect(found.at(-1)).toMatchObject({ number: 9_001 });
    expect(calls().length).toBeLessThan(60);
  });

  it.each([
    ['the one that was changed last', [], 7],
    ['more than are passed over', upTo(50), undefined],
  ])('keeps nobody from being looked at: %s', async (_, large, found) => {
    const { forge } = recordedForge({
      'GET /pulls\\?state=all': tooLarge,
      'GET /pulls\\?': listOf(60, large),
    });
    expect((await forge.glance?.(7, { withinMs: 1_000, isPolled: true }))?.number).toBe(found);
  });

  it('keeps no request open: it is closed, with the comment', async () => {
    const { forge, calls } = recordedForge({
      'GET /pulls/7$': { json: pullRequestJson() },
      'GET /issues/7/comments': tooLarge,
      'POST /issues/7/comments': { status: 201, json: {} },
      'PATCH /pulls/7': { status: 201, json: pullRequestJson({ state: 'closed' }) },
    });
    await forge.close(7, 'Superseded');
    expect(calls().slice(-2)).toEqual(['POST /issues/7/comments', 'PATCH /pulls/7']);
  });

  it('does not hide that a request is closed, only by whom', async () => {
    const { forge } = recordedForge({
      'GET /pulls/7$': { json: pullRequestJson({ state: 'closed', closed_at: '2026-11-30T06:00:00Z' }) },
      'GET /git/refs': { json: { ref: 'refs/pull/7/head', object: { sha: draft.head.sha } } },
      'GET /issues/7/timeline': tooLarge,
    });
    expect(await forge.pullRequest(7)).toMatchObject({ state: 'closed', endedBy: undefined });
  });

  it('keeps our comment from being found, and not from being written', async () => {
    const answers: Readonly<Record<string, Reply>> = {
      'GET /issues/7/comments': tooLarge,
      'GET /pulls/7': { json: pullRequestJson() },
      'POST /issues/7/comments': { status: 201, json: { id: 9 } },
    };
    const client = createGiteaClient({
      apiUrl: 'https://git.example.com/api/v1',
      repository: addressOf(repositoryUrl),
      token: async () => 'token',
      tokenName: 'environment variable GITEA_TOKEN',
      fetch: async (input, init) => {
        const path = new URL(String(input)).pathname.replace('/api/v1/repos/acme/gitops', '');
        const { status = 200, json, text } = answers[`${init?.method} ${path}`] ?? { status: 404 };
        return new Response(text ?? JSON.stringify(json), { status });
      },
    });
    expect(await progressComment(client, { number: 7, text: '1 of 3 clusters healthy' })).toBe(9);
  });
});

function addressOf(url: string) {
  const address = checkRepositoryUrl(url).webAddress;
  if (address === undefined) throw new Error(`${url} is on no forge`);
  return address;
}
