import { expect, it } from 'vitest';
import { createForges } from '../../../src/forge/forges.ts';

const mebibyte = 1024 * 1024;

/** A forge that answers every question with this body; tells how much of it was taken. */
function forgeAnswering(chunk: string, chunks: number, status = 200) {
  let sent = 0;
  const answer = async () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent === chunks) return controller.close();
        sent += 1;
        controller.enqueue(Buffer.from(chunk));
      },
    });
    return new Response(body, { status, headers: { 'content-type': 'application/json' } });
  };
  const setting = {
    host: 'git.example.com',
    kind: 'github',
    apiUrl: 'https://git.example.com/api/v3',
    token: async () => 'ghp_token',
    tokenName: 'T',
  } as const;
  const forge = createForges({ forges: [setting], fetch: answer }).for('https://git.example.com/acme/gitops');
  return { forge, sent: () => sent };
}

it.each([
  [200, 'Unavailable'],
  [404, 'NotFound'],
  [502, 'Unavailable'],
])('an answer (%i) is read no further than a worker can hold', async (status, type) => {
  const { forge, sent } = forgeAnswering(' '.repeat(mebibyte), 200, status);
  await expect(forge.pullRequest(1)).rejects.toMatchObject({ type });
  expect(sent()).toBeLessThan(40);
});
