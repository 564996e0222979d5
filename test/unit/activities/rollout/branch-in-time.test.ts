import { describe, expect, it } from 'vitest';
import { branchInTime } from '../../../../src/activities/rollout/branch-in-time.ts';
import type { GitRepository } from '../../../../src/git/repository.ts';
import { useWorld } from '../environment-world.ts';
import { shortLook } from './short-look.ts';

const world = useWorld();

/** Merges two commits, and looks for the second one as a worker does whose git shows it as before `times` times. */
async function lookWhileBehind(times: number, commitPatienceMs: number, signal?: AbortSignal) {
  const before = await world().deploy('promotion', world().release('1'));
  const { revision, commit } = await world().deploy('promotion', world().release('2'));
  const { dependencies, place } = world();
  let looks = 0;
  const repositories = {
    open(url: string) {
      const repository = dependencies.repositories.open(url);
      const heads: GitRepository['heads'] = async (refs) => {
        if (refs.withinMs === undefined) looks += 1;
        if (looks > times) return repository.heads(refs);
        return { ...(await repository.heads(refs)), branches: new Map([['qa', before.commit]]) };
      };
      return { ...repository, heads };
    },
  };
  const intervals = { ...dependencies.intervals, commitPatienceMs };
  const order = { ...place, operation: 'promotion', main: revision.main, commit } as const;
  return {
    commit,
    found: branchInTime({ ...dependencies, repositories, intervals }, order, { ...shortLook, signal }),
  };
}

describe('A branch that git shows as it was before the merge', () => {
  it('is looked at again, and goes on once git has caught up', async () => {
    const { commit, found } = await lookWhileBehind(1, 60);
    expect(await found).toMatchObject({ kind: 'current', head: commit });
  });

  it('was rewritten where it is still so when its time is over', async () => {
    const { found } = await lookWhileBehind(Number.POSITIVE_INFINITY, 20);
    await expect(found).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringContaining('the branch was rewritten. Put it back and retry, or abort.'),
    });
  });

  it('is not looked at any more where nobody waits for it, for the reason of that', async () => {
    const reason = new Error('nobody waits');
    const ending = new AbortController();
    const { found } = await lookWhileBehind(Number.POSITIVE_INFINITY, 60_000, ending.signal);
    ending.abort(reason);
    await expect(found).rejects.toBe(reason);
  });
});
