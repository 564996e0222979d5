import { describe, expect, it } from 'vitest';
import type { ObservationOrder } from '../../../src/activities/lane/contract.ts';
import { observeLane } from '../../../src/activities/lane/observe-lane.ts';
import { record } from '../../../src/activities/record/record.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import type { LaneObservation } from '../../../src/lane/types.ts';
import type { RecordEntry } from '../../../src/record/entry.ts';
import { askedAtOnce } from '../../../src/temporal/ask-each.ts';
import type { WorkflowEnd } from '../../../src/temporal/workflows-port.ts';
import { useWorld } from './environment-world.ts';
import { reportWorld } from './report/report-world.ts';

const world = useWorld();

type TrackedEntry = ObservationOrder['entries'][number];

/** One whose workflow runs. */
function tracked(id: string, main: string, more: Partial<TrackedEntry> = {}): TrackedEntry {
  world().running.add(`promote/${id}`);
  return { id, operation: 'promotion', main, workflowId: `promote/${id}`, firstRunId: 'run', ...more };
}

function observation(
  entries: readonly TrackedEntry[] = [],
  more: Partial<ObservationOrder> = {},
  dependencies?: Dependencies,
): Promise<LaneObservation> {
  const order = { ...world().place, entries, seenReverts: [], ...more };
  return observeLane(dependencies ?? world().dependencies, order, Date);
}

describe('Who is gone', () => {
  it('are the operations whose workflow does not run, config changes too', async () => {
    const main = world().release('1');
    const there = tracked('there', main);
    const left = { ...there, id: 'left', workflowId: 'promote/left' };
    const config = { ...left, id: 'config', operation: 'config change' as const };
    expect((await observation([there, left, config])).gone).toEqual(['left', 'config']);
  });

  it('are entries of what is no operation, and runs for ever', async () => {
    const main = world().release('1');
    const ids = ['lane/github.com/acme/gitops/qa', 'catch-up/github.com/acme/platform'];
    const entries = ids.map((workflowId) => tracked(workflowId, main, { workflowId }));
    for (const id of ids) world().running.add(id);
    expect((await observation(entries)).gone).toEqual(ids);
  });

  it('are told at their main commits where Temporal ended them; what ended in order has told its end itself', async () => {
    const [first, second] = [world().release('1'), world().release('2')];
    const ends: Readonly<Record<string, WorkflowEnd>> = {
      'promote/terminated': { state: 'terminated', message: '' },
      'promote/ended': { state: 'promoted', message: '' },
    };
    const { parts, written } = reportWorld();
    const workflows = { ...world().dependencies.workflows, endOf: async (id: string) => ends[id] };
    const dependencies = { ...world().dependencies, outbox: parts.outbox, workflows };
    const gone = (id: string, main: string) => ({ ...tracked('one', main), id, workflowId: `promote/${id}` });
    await observation([gone('terminated', first), gone('ended', second)], {}, dependencies);
    const words = 'its workflow was terminated, and nobody carries it on: see what it had done, and start it again';
    expect(written).toEqual([`fairlead/qa at ${first.slice(0, 4)} error: ${words}`]);

    // It was started again: that one tells how it does.
    world().running.add('promote/terminated');
    const again = { ...gone('terminated', first), firstRunId: 'earlier' };
    const isRunning = async (id: string, run?: string) => run !== 'earlier' && world().running.has(id);
    await observation([again], {}, { ...dependencies, workflows: { ...workflows, isRunning } });
    expect(written).toHaveLength(1);
  });

  it('is asked about the very run that came', async () => {
    const asked: (readonly [string, string | undefined])[] = [];
    const isRunning = async (id: string, run?: string) => asked.push([id, run]) > 0;
    const dependencies = { ...world().dependencies, workflows: { ...world().dependencies.workflows, isRunning } };
    await observation([tracked('one', world().release('1'), { firstRunId: 'first' })], {}, dependencies);
    expect(asked).toEqual([['promote/one', 'first']]);
  });
});

describe('A burst', () => {
  it('is asked about a few at a time', async () => {
    const main = world().release('1');
    let present = 0;
    let most = 0;
    const isRunning = async () => {
      present += 1;
      most = Math.max(most, present);
      await new Promise((resolve) => setTimeout(resolve, 1));
      present -= 1;
      return false;
    };
    const dependencies = { ...world().dependencies, workflows: { ...world().dependencies.workflows, isRunning } };
    const ids = Array.from({ length: 50 }, (_, index) => `${index}`);
    const { gone } = await observation(
      ids.map((id) => tracked(id, main)),
      {},
      dependencies,
    );
    expect(gone).toEqual(ids);
    expect(most).toBe(askedAtOnce);
  });
});

describe('Relations', () => {
  it('are told of each promotion that has none, to the newest and to those that were compared before', async () => {
    const [old, middle, young] = ['1', '2', '3'].map((version) => world().release(version)) as [string, string, string];
    const { relations, onlyNeeded } = await observation([
      tracked('known', middle, { relations: {} }),
      tracked('old', old),
      tracked('young', young),
      tracked('between', middle),
    ]);
    expect({ relations, onlyNeeded }).toEqual({
      onlyNeeded: true,
      relations: {
        old: { known: 'older', young: 'older' },
        young: { known: 'newer' },
        between: { young: 'older' },
      },
    });
  });

  it('leave out rollbacks and config changes, who gives way, and who is gone', async () => {
    const [old, young] = ['1', '2'].map((version) => world().release(version)) as [string, string];
    const gone = { ...tracked('gone', young), workflowId: 'nobody' };
    const { relations } = await observation([
      tracked('one', old),
      tracked('two', young, { operation: 'config change' }),
      tracked('back', young, { operation: 'rollback' }),
      tracked('gives way', young, { relations: {}, compared: 'none' }),
      gone,
    ]);
    expect(relations).toEqual({});
  });

  it('of commits that main was rewritten from, or that are nowhere, are none', async () => {
    const before = world().release('1');
    world().source.deleteBranch('main');
    const after = world().source.commit('main', { 'README.md': 'Begin again.\n' });
    const nowhere = 'f'.repeat(40);
    const { relations } = await observation([tracked('a', before), tracked('b', after), tracked('c', nowhere)]);
    expect(relations).toEqual({});
  });
});

describe('The freeze calendar', () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16);
  const file = (freeze: string) =>
    `apiVersion: fairlead.dev/v1\nkind: Environment\nclusters: none\nfreeze: [${freeze}]\n`;
  const window = (from: number, to: number) =>
    `{ from: "${day(from).replace('T', ' ')}", to: "${day(to).replace('T', ' ')}", timeZone: UTC, reason: stocktaking }`;

  it('is that of the file at the head of the config branch', async () => {
    world().source.commit('qa', { 'fairlead.yaml': file(`${window(-1, 1)}, ${window(3, 4)}`) });
    expect((await observation()).calendar).toEqual({
      now: { until: `${day(1)}:00.000Z`, reason: 'stocktaking' },
      next: `${day(3)}:00.000Z`,
    });
  });

  it('holds also while the Platform file on main is broken', async () => {
    world().source.commit('qa', { 'fairlead.yaml': file(window(-1, 1)) });
    world().source.commit('main', { 'fairlead.yaml': 'stages: 7\n' });
    expect((await observation()).calendar?.now).toMatchObject({ reason: 'stocktaking' });
  });

  it.each([
    ['broken', () => world().source.commit('qa', { 'fairlead.yaml': file('sometimes') })],
    ['missing', () => world().source.commit('qa', { 'fairlead.yaml': null })],
    ['on no branch', () => world().source.deleteBranch('qa')],
  ])('is not known where the file is %s: its reader will say so', async (_, breakIt) => {
    breakIt();
    expect((await observation()).calendar).toBeUndefined();
  });
});

describe('A observation', () => {
  it('fails where the source does not answer, to be tried again', async () => {
    const { dependencies } = world();
    const repositories: Dependencies['repositories'] = {
      open: (url) => ({
        ...dependencies.repositories.open(url),
        branchHeads: async () => Promise.reject(new Error(`${url} is away`)),
      }),
    };
    await expect(observation([], {}, { ...dependencies, repositories })).rejects.toThrow('is away');
  });

  it('of an environment without a branch, or with damaged provenance, goes on', async () => {
    const main = world().release('1');
    world().gitops.commit('qa', { '.fairlead/provenance.yaml': 'no map' });
    expect(await observation([tracked('one', main)])).toMatchObject({ gone: [], relations: {}, calendar: {} });
    world().gitops.deleteBranch('qa');
    expect(await observation([tracked('one', main)])).toMatchObject({ gone: [], relations: {}, calendar: {} });
  });
});

describe('The record', () => {
  const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
  const note = (entry: RecordEntry) => record(world().dependencies, { ...world().place, entry });

  it('is told with what holds the lane by it, and that nothing does', async () => {
    const main = world().release('1');
    expect((await observation([tracked('one', main)])).recorded).toEqual({ hold: undefined });
    await note({ time: at(1), event: 'held', by: 'ann', reason: 'weekend' });
    expect((await observation([tracked('one', main)])).recorded?.hold).toMatchObject({ by: 'ann', reason: 'weekend' });
    await note({ time: at(2), event: 'resumed', by: 'ann' });
    expect((await observation([tracked('one', main)])).recorded).toEqual({ hold: undefined });
  });

  it('is not told of while a rollback is there, which the record knows before the lane', async () => {
    const main = world().release('1');
    await note({ time: at(1), event: 'held', by: 'ann', reason: 'weekend' });
    const back = tracked('back', main, { operation: 'rollback' });
    expect(await observation([back])).not.toHaveProperty('recorded.hold');
  });
});
