import { describe, expect, it } from 'vitest';
import { awaitCarried } from '../../../../src/activities/pull-request/await-carried.ts';
import type { CarryOrder } from '../../../../src/activities/pull-request/contract.ts';
import type { Revision } from '../../../../src/operation/status.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

interface Asking {
  readonly base?: string;
  readonly self?: string;
  readonly attempt?: number;
  readonly waitingFor?: string;
}

function carry(revision: Revision, over: Revision, { self = 'self', attempt = 1, ...asking }: Asking = {}) {
  const order: CarryOrder = { ...world().place, revision, over, base: world().head, ...asking };
  return awaitCarried(world().dependencies, order, { workflowId: self, attempt });
}

function waiting(reason: string | RegExp) {
  return { kind: 'waiting', reason: expect.stringMatching(reason) };
}

const configureId = () => `configure/${world().platform}/qa`;
const requests = async () => (await world().forge.requests()).map(({ head: { branch }, state }) => ({ branch, state }));

/** Version 1 is deployed; a later main commit is about to be recorded instead. */
async function begin() {
  const { revision: over } = await world().deploy('promotion', world().release('1'));
  return { over, revision: { ...over, main: world().document('more') } };
}

describe('Before a pair is recorded as deployed', () => {
  it('nothing is awaited where no request of ours is open', async () => {
    const { over, revision } = await begin();
    world().gitops.setBranch('feature', world().head);
    world().gitops.commit('feature', { 'README.md': 'mine' });
    await world().forge.openForeign('feature', 'qa', 'bob');
    expect(await carry(revision, over)).toEqual({ kind: 'carried' });
  });

  it('a config change without it is asked to render again, and awaited', async () => {
    const { over, revision } = await begin();
    world().running.add(configureId());
    world().configure('3');
    await world().propose('config change');
    expect(await carry(revision, over)).toEqual(waiting(`${configureId()} renders it again`));
    expect(world().signals).toEqual([
      {
        workflowId: configureId(),
        name: 'rerender',
        payload: { environment: 'qa', ...revision, over: over.main },
      },
    ]);
    await world().propose('config change', revision.main, { over: over.main });
    expect(await carry(revision, over)).toEqual({ kind: 'carried' });
  });

  it('the owner is asked less and less often', async () => {
    const { over, revision } = await begin();
    world().running.add(configureId());
    world().configure('3');
    await world().propose('config change');
    for (let attempt = 1; attempt <= 20; attempt++)
      expect(await carry(revision, over, { attempt })).toEqual(waiting(/renders it again/));
    expect(world().signals).toHaveLength(5);
  });

  it('a request that nobody owns any more is closed with the reason', async () => {
    const { over, revision } = await begin();
    world().configure('3');
    await world().propose('config change');
    expect(await carry(revision, over)).toEqual(waiting(/is closed/));
    const [, closed] = await world().forge.requests();
    expect(closed).toMatchObject({ head: { branch: 'configure/qa' }, state: 'closed' });
    expect(closed?.comments[0]?.body).toContain(`${configureId()}, which opened this, does not run any more`);
    expect(world().gitops.head('configure/qa')).toBeUndefined();
    expect(await carry(revision, over)).toEqual({ kind: 'carried' });
  });

  it("one of the asking workflow's own past is closed, too", async () => {
    const { over } = await begin();
    world().configure('3');
    await world().propose('config change');
    world().running.add(configureId());
    const config = world().configure('4');
    expect(await carry({ ...over, config }, over, { self: configureId() })).toEqual(waiting(/is closed/));
    expect(world().signals).toEqual([]);
  });

  it('a request that somebody pushed to is awaited by name, and left alone', async () => {
    const { over, revision } = await begin();
    world().running.add(configureId());
    world().configure('3');
    await world().propose('config change');
    world().gitops.commit('configure/qa', { 'one/apps/web/web.yaml': 'mine\n' });
    const waitingFor = /^Ada Lovelace pushed to configure\/qa.* merge or close \S+\.$/;
    const answer = await carry(revision, over);
    expect(answer).toEqual(waiting(waitingFor));
    if (answer.kind === 'waiting')
      await expect(carry(revision, over, { waitingFor: answer.reason })).rejects.toThrow(waitingFor);
    expect(world().signals).toEqual([]);
    expect(await requests()).toContainEqual({ branch: 'configure/qa', state: 'open' });
  });

  it('a promotion and a rollback must carry the config, but a rollback to a recorded pair need not', async () => {
    const older = world().release('0.9');
    const recorded = world().config;
    world().configure('2');
    const { revision: over } = await world().deploy('promotion', world().release('1'));
    const next = world().release('2');
    await world().propose('promotion', next);
    const config = world().remark('fine');
    const promotion = `promote/${world().platform}/${next}`;
    world().running.add(promotion);
    expect(await carry({ ...over, config }, over)).toEqual(waiting(`${promotion} renders it again`));
    await world().propose('promotion', next);
    expect(await carry({ ...over, config }, over)).toEqual({ kind: 'carried' });

    world().running.add(`rollback/${world().platform}/qa`);
    await world().propose('rollback', older, { config: over.config });
    expect(await carry({ ...over, config }, over)).toEqual(waiting(/rollback\/\S+ renders it again/));
    await world().propose('rollback', older, { config: recorded, configMayGoBack: true });
    expect(await carry({ ...over, config }, over)).toEqual({ kind: 'carried' });
  });

  it('a config change that carries what is taken back is rendered again, although it is newer', async () => {
    const { over, revision } = await begin();
    await world().note({ ...revision });
    world().running.add(configureId());
    world().configure('3');
    await world().propose('config change');
    expect(await carry(over, revision)).toEqual(waiting(/renders it again/));
  });
});

describe('A pair that is about to be recorded is stale', () => {
  it('when the branch has moved', async () => {
    const { over, revision } = await begin();
    const base = world().head;
    world().gitops.commit('qa', { 'README.md': 'by hand' });
    expect(await carry(revision, over, { base })).toEqual({ kind: 'stale' });
  });

  it('when the record names another pair, but not when it names this one already', async () => {
    const { over, revision } = await begin();
    await world().note({ ...revision });
    expect(await carry(revision, over)).toEqual({ kind: 'carried' });
    await world().note({ ...revision, main: world().document('even more') });
    expect(await carry(revision, over)).toEqual({ kind: 'stale' });
  });
});
