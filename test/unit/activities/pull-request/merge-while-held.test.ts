import { describe, expect, it } from 'vitest';
import { awaitMerge } from '../../../../src/activities/pull-request/await-merge.ts';
import type { MergeOrder } from '../../../../src/activities/pull-request/contract.ts';
import type { OperationKind } from '../../../../src/operation/kind.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();
const now = Date.parse('2026-01-02');
const hold = { by: 'ann', reason: 'Christmas', since: '2026-01-01T00:00:00.000Z', config: false };
const held = /is not merged: qa is held by ann \(as given\): Christmas/;

/** Proposes a change, and answers a look at its request that may merge it, as often as it is called. */
async function proposed(operation: OperationKind = 'promotion', more: Partial<MergeOrder> = {}) {
  if (operation === 'config change') {
    await world().deploy('promotion', world().release('1'));
    world().configure('3');
  }
  const main = operation === 'config change' ? undefined : world().release('2');
  const { rendered, number } = await world().propose(operation, main);
  const { kind: _, ...proposal } = rendered;
  const order = {
    ...world().place,
    ...proposal,
    operation,
    number,
    entry: 'an-entry',
    answeredReverts: [],
    merge: true,
  };
  return () => awaitMerge(world().dependencies, { ...order, ...more }, { now: () => now });
}

function answers(answer: unknown): void {
  world().answers = { holdFor: answer };
}

describe('Just before a request is merged, its lane is asked', () => {
  it('and it is not merged while the lane is held, whatever the operation has heard', async () => {
    const look = await proposed();
    answers({ known: true, hold });
    await expect(look()).rejects.toThrow(held);
    answers({ known: true });
    expect(await look()).toMatchObject({ kind: 'merged' });
  });

  it('and where the lane lets it go on and the record holds, it is not merged until they agree', async () => {
    const look = await proposed();
    await world().note({ event: 'held', by: 'ann', reason: 'Christmas' });
    answers({ known: true });
    await expect(look()).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining('does not hold it, but the record does, by ann (as given): Christmas'),
    });
    await world().note({ event: 'resumed', by: 'ann' });
    expect(await look()).toMatchObject({ kind: 'merged' });
  });

  it('but not about a rollback, which nothing holds', async () => {
    const older = world().release('0.9');
    await world().deploy('promotion', world().release('1'));
    const { rendered, number } = await world().propose('rollback', older);
    const { kind: _, ...proposal } = rendered;
    const order = { ...world().place, ...proposal, operation: 'rollback', number, entry: 'an-entry' } as const;
    answers({ known: true, hold });
    const merged = awaitMerge(world().dependencies, { ...order, answeredReverts: [], merge: true }, { now: () => now });
    expect(await merged).toMatchObject({ kind: 'merged' });
  });
});

describe('Where the lane does not know, the record says what holds', () => {
  it.each([
    ['does not answer', undefined],
    ['does not know the operation', { known: false }],
    ['answers something else', { hold: 'yes' }],
  ])('if it %s', async (_, answer) => {
    const look = await proposed();
    await world().note({ event: 'held', by: 'ann', reason: 'Christmas' });
    answers(answer);
    await expect(look()).rejects.toThrow(held);
    await world().note({ event: 'resumed', by: 'ann' });
    expect(await look()).toMatchObject({ kind: 'merged' });
  });

  it('and what a person let through in spite of it is merged', async () => {
    const look = await proposed();
    await world().note({ event: 'held', by: 'ann', reason: 'Christmas' });
    await world().note({ event: 'overridden', by: 'bob', reason: 'urgent', main: '1'.repeat(40) });
    await expect(look()).rejects.toThrow(held);
    await world().note({ event: 'overridden', by: 'bob', reason: 'urgent', main: world().source.head('main') });
    expect(await look()).toMatchObject({ kind: 'merged' });
  });

  it('and a hold holds a config change where it says so', async () => {
    const look = await proposed('config change');
    await world().note({ event: 'held', by: 'ann', reason: 'Christmas', configHeld: true });
    await expect(look()).rejects.toThrow(held);
    await world().note({ event: 'resumed', by: 'ann' });
    await world().note({ event: 'held', by: 'ann', reason: 'Christmas' });
    expect(await look()).toMatchObject({ kind: 'merged' });
  });

  it('and a freeze of the config branch holds', async () => {
    const freeze =
      'freeze:\n  - { from: "2026-01-01 00:00", to: "2026-01-03 00:00", timeZone: UTC, reason: inventory }\n';
    const policy = `apiVersion: fairlead.dev/v1\nkind: Environment\nclusters: none\n${freeze}`;
    world().source.commit('qa', { 'fairlead.yaml': policy });
    const look = await proposed();
    await expect(look()).rejects.toThrow('qa is held by freeze until 2026-01-03T00:00:00.000Z: inventory');
    world().source.commit('qa', { 'fairlead.yaml': 'no policy' });
    await expect(look()).rejects.toThrow('the freezes cannot be read');
  });
});
