import { expect, it } from 'vitest';
import { createGiteaClient } from '../../../../src/forge/gitea/client.ts';
import { progressComment } from '../../../../src/forge/gitea/reports/comment.ts';
import { diffMarker } from '../../../../src/forge/reports/port.ts';
import type { Reply } from './recorded-forge.ts';

const comment = (id: number, login: string) => ({ id, body: `${diffMarker}\nold`, user: { login } });

function clientOf(answers: Readonly<Record<string, Reply>>) {
  const sent: string[] = [];
  const client = createGiteaClient({
    apiUrl: 'https://git.example.com/api/v1',
    repository: { host: 'git.example.com', owner: 'acme', name: 'platform', webOrigin: 'https://git.example.com' },
    token: async () => 'token-0123456789',
    tokenName: 'environment variable GITHUB_TOKEN',
    fetch: async (input, init) => {
      const call = `${init?.method} ${new URL(String(input)).pathname.replace('/api/v1', '')}`;
      sent.push(call);
      const { status = 200, json } = answers[call] ?? { status: 404, json: { message: call } };
      return new Response(JSON.stringify(json), { status });
    },
  });
  return { client, sent };
}

it("on somebody else's request our comment is found by whose the token is", async () => {
  const { client, sent } = clientOf({
    'GET /user': { json: { login: 'gitea-actions' } },
    'GET /repos/acme/platform/issues/7/comments': { json: [comment(8, 'ann'), comment(9, 'gitea-actions')] },
    'PATCH /repos/acme/platform/issues/comments/9': { json: { id: 9 } },
  });
  expect(await progressComment(client, { number: 7, text: 'new', marker: diffMarker })).toBe(9);
  expect(sent.at(-1)).toBe('PATCH /repos/acme/platform/issues/comments/9');
});

it('a token that may not say whose it is writes nothing, and is told which scope it lacks', async () => {
  const { client, sent } = clientOf({
    'GET /user': { status: 403, json: { message: 'token does not have the scope' } },
  });
  await expect(progressComment(client, { number: 7, text: 'new', marker: diffMarker })).rejects.toMatchObject({
    type: 'Unauthorized',
    message: expect.stringContaining('read:user'),
  });
  expect(sent).toEqual(['GET /user']);
});
