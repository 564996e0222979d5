import { describe, expect, it } from 'vitest';
import { awaitMerge } from '../../../../src/activities/pull-request/await-merge.ts';
import type { MergeOrder } from '../../../../src/activities/pull-request/contract.ts';
import type { RenderOrder, RenderOutcome } from '../../../../src/activities/render/contract.ts';
import type { Dependencies } from '../../../../src/dependencies.ts';
import type { Forge, ForgeCapabilities, MergeConditions } from '../../../../src/forge/port.ts';
import type { MemoryForge } from '../../../model/memory-forge.ts';
import { forgeWith } from '../../../support/forge-with.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();
const waiting = /waiting for a person/;

type Changed = Extract<RenderOutcome, { kind: 'changed' }>;

function look(
  operation: RenderOrder['operation'],
  { rendered, number }: { readonly rendered: Changed; readonly number: number },
  { dependencies = world().dependencies, ...more }: Partial<MergeOrder> & { readonly dependencies?: Dependencies } = {},
) {
  const { revision, branch, commit, base, recordHead } = rendered;
  const order = {
    ...world().place,
    operation,
    revision,
    number,
    branch,
    commit,
    base,
    answeredReverts: [],
    merge: false,
    ...more,
  };
  return awaitMerge(dependencies, { ...order, recordHead }, { now: () => Date.parse('2026-01-02') });
}

/** Something happens at the forge in the moment before it answers a call. */
function dependenciesWith(
  call: 'pullRequest' | 'merge' | 'leaveQueue',
  before: (forge: MemoryForge, number: number) => Promise<unknown>,
  capabilities: Partial<ForgeCapabilities> = {},
): Dependencies {
  const { forge, dependencies } = world();
  const slow: Forge = {
    capabilities: { ...forge.capabilities, mergeQueue: true, ...capabilities },
    findOpen: (...args) => forge.findOpen(...args),
    openRequests: (...args) => forge.openRequests(...args),
    openPullRequest: (...args) => forge.openPullRequest(...args),
    updatePullRequest: (...args) => forge.updatePullRequest(...args),
    relabel: (...args) => forge.relabel(...args),
    leaveQueue: async (number) => {
      if (call === 'leaveQueue') await before(forge, number);
    },
    close: (...args) => forge.close(...args),
    pullRequest: async (number) => {
      if (call === 'pullRequest') await before(forge, number);
      return forge.pullRequest(number);
    },
    merge: async (number, head) => {
      if (call === 'merge') await before(forge, number);
      return forge.merge(number, head);
    },
  };
  return { ...dependencies, forges: { for: () => slow, commitUrl: () => undefined } };
}

/** Main commit and config of version 1 are deployed and recorded. */
async function begin() {
  const first = await world().deploy('promotion', world().release('1'));
  await world().note({ ...first.revision }, first.commit);
  return first;
}

describe('A request that waits for its merge', () => {
  it('is not stale because of a record that changes nothing', async () => {
    const { revision, commit } = await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    await world().note({ ...revision, event: 'promoted' }, commit);
    await world().note({ event: 'held', by: 'ann', reason: 'weekend' }, commit);
    await expect(look('promotion', proposed)).rejects.toThrow(waiting);
  });

  it('is stale when the branch moves', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    world().gitops.commit('qa', { 'README.md': 'by hand' });
    expect(await look('promotion', proposed)).toEqual({ kind: 'stale' });
  });

  it('is merged, not stale, when it was merged between two looks', async () => {
    const { revision, commit } = await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const merging = dependenciesWith('pullRequest', async (forge, number) => {
      await forge.mergeBy('ann', number, 'merge');
      await world().note({ ...proposed.rendered.revision }, world().head);
    });
    await world().note({ ...revision, event: 'promoted' }, commit);
    expect(await look('promotion', proposed, { dependencies: merging })).toEqual({
      kind: 'merged',
      commit: world().head,
      by: 'ann',
    });
  });
});

describe('A request that a person merged although a newer config had been recorded meanwhile', () => {
  it('is merged and overtaken; one that the record has not left behind is not', async () => {
    const { revision, commit } = await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    await world().note({ ...revision, event: 'promoted' }, commit);
    const config = world().remark('nothing');
    const before = world().head;
    await world().forge.mergeBy('ann', proposed.number, 'merge');
    const merged = { kind: 'merged', commit: world().head, by: 'ann' };
    expect(await look('promotion', proposed)).toEqual(merged);
    await world().note({ ...revision, operation: 'config change', config }, before);
    expect(await look('promotion', proposed)).toEqual({ ...merged, overtaken: true });
  });
});

describe('A request that Fairlead merged itself', () => {
  it('is overtaken when the record moved in that moment, and not otherwise', async () => {
    const { revision, commit } = await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const config = world().remark('nothing');
    const recording = dependenciesWith('merge', () =>
      world().note({ ...revision, operation: 'config change', config }, commit),
    );
    const outcome = await look('promotion', proposed, { merge: true, dependencies: recording });
    expect(outcome).toEqual({ kind: 'merged', commit: world().head, overtaken: true });
    const next = await world().propose('promotion', world().release('3'));
    expect(await look('promotion', next, { merge: true })).toEqual({ kind: 'merged', commit: world().head });
  });

  it('is closed where somebody closed it in that moment, and not refused by the forge', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const closing = dependenciesWith('merge', (forge, number) => forge.closeBy('ann', number));
    expect(await look('promotion', proposed, { merge: true, dependencies: closing })).toEqual({
      kind: 'closed',
      by: 'ann',
    });
  });

  it('was merged by nobody also where its answer was lost, or a queue merged it', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const merging = dependenciesWith('pullRequest', (forge, number) => forge.merge(number, proposed.rendered.commit));
    const ours = await look('promotion', proposed, { merge: true, dependencies: merging });
    expect(ours).toEqual({ kind: 'merged', commit: world().head });
    expect(await look('promotion', proposed, { mayBeQueued: true })).toEqual(ours);
  });

  it('was merged by a person who uses its account, where it was not to merge it itself', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const { author } = await world().forge.pullRequest(proposed.number);
    await world().forge.merge(proposed.number, proposed.rendered.commit);
    expect(await look('promotion', proposed)).toEqual({ kind: 'merged', commit: world().head, by: author });
  });
});

describe('What the forge still wants of a request', () => {
  const lacking: MergeConditions = {
    rules: { checks: ['e2e'], approvals: 0, bindsApprovals: false, codeOwners: false, queue: false, others: [] },
    checks: [{ name: 'e2e', state: 'running' }],
    approvedBy: [],
    changesRequestedBy: [],
    reviewAwaitedFrom: [],
  };

  /** A forge that can tell, and refuses to merge as long as `refuses` says so; `asked` counts how often it was asked. */
  function strictForge(refuses: boolean) {
    const { forge, dependencies } = world();
    const calls = { asked: 0, since: [] as (string | undefined)[] };
    const change: Partial<Forge> = {
      merge: async (number, head, since) => {
        calls.since.push(since);
        return refuses ? { kind: 'not yet', awaiting: 'e2e is expected', byRules: true } : forge.merge(number, head);
      },
      mergeConditions: async () => {
        calls.asked += 1;
        return lacking;
      },
    };
    const strict = forgeWith(forge, change);
    return { calls, dependencies: { ...dependencies, forges: { for: () => strict, commitUrl: () => undefined } } };
  }

  it('is not asked where it merges at once, and where a person has only begun to look', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const { calls, dependencies } = strictForge(false);
    await expect(look('promotion', proposed, { dependencies })).rejects.toThrow(waiting);
    expect(await look('promotion', proposed, { merge: true, dependencies })).toMatchObject({ kind: 'merged' });
    expect(calls.asked).toBe(0);
  });

  it('is what the step says when the forge has refused, and when the request was wanted goes to the forge', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const { calls, dependencies } = strictForge(true);
    const wantedSince = '2026-01-01T00:00:00.000Z';
    await expect(look('promotion', proposed, { merge: true, wantedSince, dependencies })).rejects.toThrow(
      /is not merged: 0 of 1 required check is green, `e2e` is running \(the forge: e2e is expected\)$/,
    );
    expect(calls).toEqual({ asked: 1, since: [wantedSince] });
  });
});

describe('A request that somebody gave another base', () => {
  /** GitHub lets whoever may write do that. */
  function dependenciesWithBase(base: string): Dependencies {
    const { forge, dependencies } = world();
    const pullRequest: Forge['pullRequest'] = async (number) => ({ ...(await forge.pullRequest(number)), base });
    const retargeted: Forge = Object.assign(Object.create(forge), { pullRequest });
    return { ...dependencies, forges: { for: () => retargeted, commitUrl: () => undefined } };
  }

  it('is not merged there', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const outcome = await look('promotion', proposed, { merge: true, dependencies: dependenciesWithBase('prod') });
    expect(outcome).toEqual({ kind: 'retargeted', base: 'prod' });
    expect(await world().forge.pullRequest(proposed.number)).toMatchObject({ state: 'open' });
  });

  it('and that was merged there has not been merged here', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    await world().forge.mergeBy('ann', proposed.number, 'merge');
    const outcome = await look('promotion', proposed, { dependencies: dependenciesWithBase('prod') });
    expect(outcome).toMatchObject({ kind: 'merged otherwise', difference: 'it was merged into prod' });
  });
});

describe('A request that is not to be merged any more', () => {
  it('leaves the merge queue, which it may be in only where it was to be merged before', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const left: number[] = [];
    const dependencies = dependenciesWith('leaveQueue', async (_, number) => left.push(number));
    await expect(look('promotion', proposed, { dependencies })).rejects.toThrow(waiting);
    expect(left).toEqual([]);
    await expect(look('promotion', proposed, { mayBeQueued: true, dependencies })).rejects.toThrow(waiting);
    expect(left).toEqual([proposed.number]);
  });
});

describe('A request on a forge that can do less', () => {
  it('is in no queue where the forge has none, so that it is not asked', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const left: number[] = [];
    const dependencies = dependenciesWith('leaveQueue', async (_, number) => left.push(number), { mergeQueue: false });
    await expect(look('promotion', proposed, { mayBeQueued: true, dependencies })).rejects.toThrow(waiting);
    expect(left).toEqual([]);
  });

  it('is never merged by itself where the merge cannot be tied to its commit: a person is told to', async () => {
    await begin();
    const proposed = await world().propose('promotion', world().release('2'));
    const merged: number[] = [];
    const record = async (_: unknown, number: number) => merged.push(number);
    const dependencies = dependenciesWith('merge', record, { expectedHead: false });
    const outcome = await look('promotion', proposed, { merge: true, dependencies });
    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('`merge: manual`') });
    expect(merged).toEqual([]);
    expect((await world().forge.pullRequest(proposed.number)).state).toBe('open');
  });
});

describe('A request over a revert by hand', () => {
  /** Version 2 is deployed, recorded, and taken back by a person; version 3 is proposed on top of that. */
  async function takenBack() {
    const first = await begin();
    const second = await world().deploy('promotion', world().release('2'));
    await world().note({ ...second.revision }, second.commit);
    const { gitops } = world();
    const revert = gitops.git(['commit-tree', `${first.commit}^{tree}`, '-p', world().head, '-m', 'Revert']);
    gitops.setBranch('qa', revert);
    const found = { commit: revert, by: 'Ada Lovelace', from: second.revision.main, to: first.revision.main };
    return { revert: found, proposed: await world().propose('promotion', world().release('3')) };
  }

  it('is not merged by Fairlead before its lane has answered', async () => {
    const { revert, proposed } = await takenBack();
    expect(await look('promotion', proposed, { merge: true })).toEqual({ kind: 'reverted', revert });
    const answered = { merge: true, answeredReverts: [revert.commit] };
    expect(await look('promotion', proposed, answered)).toEqual({ kind: 'merged', commit: world().head });
  });

  it('is merged where the record holds an answer', async () => {
    const { revert, proposed } = await takenBack();
    await world().note({ event: 'held', by: revert.by, reason: 'a revert', revert: revert.commit });
    await world().note({ event: 'resumed', by: 'ann' });
    expect(await look('promotion', proposed, { merge: true })).toMatchObject({ kind: 'merged' });
  });

  it('may be merged by a person', async () => {
    const { proposed } = await takenBack();
    await expect(look('promotion', proposed)).rejects.toThrow(waiting);
    await world().forge.mergeBy('ann', proposed.number, 'merge');
    expect(await look('promotion', proposed, { merge: true })).toMatchObject({ kind: 'merged', by: 'ann' });
  });

  it('is merged where it is a config change, which brings no other main commit', async () => {
    await takenBack();
    world().configure('3');
    const change = await world().propose('config change');
    expect(await look('config change', change, { merge: true })).toMatchObject({ kind: 'merged' });
  });
});

describe('When the record names another main commit', () => {
  it('a promotion is stale if that is newer, or unrelated, and goes on if it is older', async () => {
    const { revision, commit } = await begin();
    const between = world().document('more');
    const proposed = await world().propose('promotion', world().release('2'));
    await world().note({ ...revision, main: between }, commit);
    await expect(look('promotion', proposed)).rejects.toThrow(waiting);
    world().source.setBranch('main', between);
    await world().note({ ...revision, main: world().document('even more') }, commit);
    expect(await look('promotion', proposed)).toEqual({ kind: 'stale' });
  });

  it('a promotion is stale if that is newer than its own', async () => {
    const { revision, commit } = await begin();
    const config = world().configure('3');
    const proposed = await world().propose('promotion', revision.main);
    expect(proposed.rendered.revision).toEqual({ main: revision.main, config });
    await world().note({ ...revision, main: world().document('more') }, commit);
    expect(await look('promotion', proposed)).toEqual({ kind: 'stale' });
  });

  it('a config change is stale unless it carries that very one', async () => {
    const { revision, commit } = await begin();
    const main = world().document('more');
    world().configure('3');
    const without = await world().propose('config change');
    await world().note({ ...revision, main }, commit);
    expect(await look('config change', without)).toEqual({ kind: 'stale' });
  });

  it('a config change that carries it already goes on', async () => {
    const { revision, commit } = await begin();
    const main = world().document('more');
    world().configure('3');
    const carrying = await world().propose('config change', main, { over: revision.main });
    await expect(look('config change', carrying)).rejects.toThrow(waiting);
    await world().note({ ...revision, main }, commit);
    await expect(look('config change', carrying)).rejects.toThrow(waiting);
    await world().note({ ...revision, operation: 'rollback' }, commit);
    expect(await look('config change', carrying)).toEqual({ kind: 'stale' });
  });

  it('a rollback goes on', async () => {
    const older = world().release('0.9');
    const { revision, commit } = await begin();
    const proposed = await world().propose('rollback', older);
    await world().note({ ...revision, main: world().document('more') }, commit);
    await expect(look('rollback', proposed)).rejects.toThrow(waiting);
  });
});

describe('When the record names a newer config', () => {
  it('every request is stale, but not a rollback to a recorded pair', async () => {
    const older = world().release('0.9');
    const { revision, commit } = await begin();
    const promotion = await world().propose('promotion', world().release('2'));
    const rollback = await world().propose('rollback', older);
    const config = world().remark('fine');
    await world().note({ ...revision, config, operation: 'config change' }, commit);
    expect(await look('promotion', promotion)).toEqual({ kind: 'stale' });
    expect(await look('rollback', rollback)).toEqual({ kind: 'stale' });
    await expect(look('rollback', rollback, { configMayGoBack: true })).rejects.toThrow(waiting);
  });
});
