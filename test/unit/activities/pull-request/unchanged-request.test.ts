import { describe, expect, it } from 'vitest';
import type { MergeOrder } from '../../../../src/activities/pull-request/contract.ts';
import { unchangedRequest } from '../../../../src/activities/pull-request/waiting/unchanged-request.ts';
import type { Forge, GlanceOptions, PullRequest } from '../../../../src/forge/port.ts';

const base = 'b'.repeat(40);
const commit = 'c'.repeat(40);
const open = { number: 7, state: 'open', head: { branch: 'deploy/x', sha: commit }, base: 'env' } as PullRequest;

const order = { number: 7, commit, base, merge: false, gitops: { branch: 'env' } } as unknown as MergeOrder;

function look(seen: PullRequest | undefined, changes: { attempt?: number; base?: string } = {}) {
  const asked: GlanceOptions[] = [];
  const forge = {
    glance: async (_: number, options: GlanceOptions) => {
      asked.push(options);
      return seen;
    },
  } as unknown as Forge;
  const { attempt = 2 } = changes;
  const answer = unchangedRequest(forge, order, { base: changes.base ?? base, attempt, pollMs: 30_000 });
  return answer.then((request) => ({ request, asked }));
}

describe('A look at a request', () => {
  it('in turn is content with what all who wait have seen', async () => {
    expect(await look(open)).toEqual({ request: open, asked: [{ withinMs: 30_000, isPolled: true }] });
  });

  it('that was woken asks the forge', async () => {
    expect(await look(open, { attempt: 1 })).toEqual({ request: undefined, asked: [] });
  });

  it.each<[string, PullRequest | undefined, { base?: string }]>([
    ['its branch has moved, perhaps by its merge', open, { base: 'd'.repeat(40) }],
    ['it is not known to be open', undefined, {}],
    ['it has another head', { ...open, head: { ...open.head, sha: base } }, {}],
    ['it goes to another branch', { ...open, base: 'other' }, {}],
  ])('asks the forge where %s', async (_, seen, changes) => {
    expect((await look(seen, changes)).request).toBeUndefined();
  });

  it('asks a forge that keeps nothing', async () => {
    const forge = {} as Forge;
    expect(await unchangedRequest(forge, order, { base, attempt: 2, pollMs: 1 })).toBeUndefined();
  });
});
