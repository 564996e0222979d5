import { expect, it } from 'vitest';
import { tellApproved, withApproval } from '../../../../src/activities/report/approved.ts';
import type { Forge } from '../../../../src/forge/port.ts';
import { reportWorld } from './report-world.ts';

const gitops = { repository: 'https://forge.test/acme/gitops', branch: 'qa' };
const head = 'b'.repeat(40);
const request = { number: 12, url: 'https://forge.test/acme/gitops/pull/12', workflowId: 'promote/x' };

/** A request on a forge, with this body. */
function requestWith(body: string) {
  const told = { title: 'Promote', body };
  const forge: Partial<Forge> = {
    pullRequest: async (number) => ({ number, ...told }) as Awaited<ReturnType<Forge['pullRequest']>>,
    updatePullRequest: async (_number, change) => void Object.assign(told, change),
  };
  const { parts } = reportWorld();
  return { told, parts: { ...parts, forges: { ...parts.forges, for: () => forge as Forge } } };
}

it('The body of a merged request names who approved what at its beginning, once, as a claim', async () => {
  const { told, parts } = requestWith('Main aaaa for **qa**.\n');
  const approval = { by: 'bob [x](y)', head, removals: true };
  for (let time = 0; time < 2; time += 1) await tellApproved(parts, { gitops, request: { ...request, approval } });
  expect(told).toEqual({
    title: 'Promote',
    body: expect.stringMatching(
      /^<!-- fairlead:approved -->\n> Approved by bob .*\(as given\) as `bbbbbbbb`, with what it removes\.\n<!-- \/fairlead:approved -->\n\nMain aaaa for \*\*qa\*\*\.\n$/,
    ),
  });
  expect(told.body).not.toContain('[x](y)');
});

it('The body of a request that nobody approved by Fairlead stays as it is', async () => {
  const { told, parts } = requestWith('Main aaaa.\n');
  await tellApproved(parts, { gitops, request });
  await tellApproved(parts, { gitops, request: undefined });
  expect(told.body).toBe('Main aaaa.\n');
});

it('What stood there of an approval is replaced, wherever somebody has moved it', () => {
  const first = withApproval('Body\n', 'one');
  expect(withApproval(`Edited\n\n${first}`, 'two')).toBe(
    '<!-- fairlead:approved -->\n> two\n<!-- /fairlead:approved -->\n\nEdited\n\n\n\nBody\n',
  );
});
