import { describe, expect, it } from 'vitest';
import { endPromotions } from '../../../../src/activities/rollback/end-promotions.ts';
import { reachedBy } from '../../../../src/activities/rollback/reached-by.ts';
import type { RunningPromotion } from '../../../../src/temporal/workflows-port.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

describe('Of the running promotions, a rollback ends', () => {
  async function ended(commits: readonly string[], order: { readonly target: string; readonly deployed: string }) {
    const { dependencies, place, signals, platform } = world();
    const running = commits.map((commit, index): RunningPromotion => ({ workflowId: `promote/${index}`, commit }));
    for (const { workflowId } of running) world().running.add(workflowId);
    const runningPromotions = async (id: string) => (id === platform ? running : []);
    const asked = {
      source: place.source,
      environment: 'qa',
      by: 'ann',
      reason: 'errors',
      rollback: 'rollback/x/qa',
      run: 'r',
    };
    await endPromotions(
      { ...dependencies, workflows: { ...dependencies.workflows, runningPromotions } },
      { ...asked, config: 'today', force: false, ...order },
    );
    return signals;
  }

  it('those of what is taken back, up to what is deployed', async () => {
    const [before, target, between, deployed, ahead] = ['1', '2', '3', '4', '5'].map((name) =>
      world().release(name),
    ) as [string, string, string, string, string];
    const signals = await ended([before, target, between, deployed, ahead], { target, deployed });
    expect(signals.map(({ workflowId }) => workflowId)).toEqual(['promote/2', 'promote/3']);
    expect(signals[0]).toMatchObject({
      name: 'rolledBack',
      payload: { environment: 'qa', by: 'ann', reason: 'errors', rollback: 'rollback/x/qa', run: 'r' },
    });
  });

  it('none whose commit is aside, or gone', async () => {
    const target = world().release('1');
    world().source.setBranch('feature', target);
    const aside = world().source.commit('feature', { 'README.md': 'Aside.\n' });
    const deployed = world().release('2');
    expect(await ended([aside, 'f'.repeat(40)], { target, deployed })).toEqual([]);
  });
});

describe('The environments that a commit has reached', () => {
  const platform = (stages: string) =>
    `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${world().gitops.path} }\nstages: ${stages}\n`;
  const reached = (commit: string) => reachedBy(world().dependencies, { source: world().place.source, commit });

  /** Deployed in qa, and in the others as if they were it. */
  async function deployedIn(others: readonly string[]) {
    const main = world().source.commit('main', { 'fairlead.yaml': platform('[dev, qa, [eu, us], late]') });
    for (const name of ['dev', 'eu', 'us', 'late']) world().source.setBranch(name, world().config);
    await world().deploy('promotion', main);
    for (const name of others) world().gitops.setBranch(name, world().head);
    return main;
  }

  it('are those where it is deployed now, in the order of its own stages', async () => {
    const main = await deployedIn(['us', 'dev']);
    world().gitops.commit('eu', { 'README.md': 'Nothing yet.\n' });
    world().source.commit('main', { 'fairlead.yaml': platform('[qa]') });
    expect(await reached(main)).toEqual({ reached: ['dev', 'qa', 'us'], newer: [] });
  });

  it('are not those that went on, which are named, or back', async () => {
    const before = world().release('0.9');
    const main = await deployedIn(['dev', 'us']);
    const newer = world().release('2');
    await world().deploy('promotion', newer);
    await world().forge.revertBy('ann', world().head, 'qa');
    expect(await reached(newer)).toEqual({ reached: [], newer: [] });
    await world().deploy('promotion', newer);
    expect(await reached(main)).toEqual({ reached: ['dev', 'us'], newer: [{ environment: 'qa', main: newer }] });
    expect((await reached(before)).newer).toEqual([{ environment: 'qa', main: newer }]);
  });

  it('count where it had changed nothing, and was recorded, and where a later one had', async () => {
    const before = await deployedIn([]);
    const main = world().document('more');
    await world().note({ main, config: world().config }, world().head);
    expect((await reached(main)).reached).toEqual(['qa']);
    expect((await reached(before)).reached).toEqual(['qa']);
  });

  it('are not guessed where a file is broken', async () => {
    const main = await deployedIn(['dev']);
    world().source.commit('us', { 'fairlead.yaml': 'merge: perhaps\n' });
    await expect(reached(main)).rejects.toMatchObject({ type: 'InvalidConfig' });
  });
});
