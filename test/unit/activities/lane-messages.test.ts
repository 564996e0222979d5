import { describe, expect, it } from 'vitest';
import { recordedHold } from '../../../src/activities/lane/recorded-hold.ts';
import { tellLane } from '../../../src/activities/lane/tell-lane.ts';
import { emptyLane } from '../../../src/lane/decide.ts';
import { recordName } from '../../../src/record/entry.ts';
import { printEntry } from '../../../src/record/lines.ts';
import type { WorkflowStart } from '../../../src/temporal/workflows-port.ts';
import { useWorld } from './environment-world.ts';

const world = useWorld();

describe('A message to a lane', () => {
  it('starts the lane of the GitOps branch where it does not run', async () => {
    const sent: (readonly [WorkflowStart, string, unknown])[] = [];
    const signalWithStart = async (...args: readonly [WorkflowStart, string, unknown]) => void sent.push(args);
    const lane = {
      source: 'git@forge.test:acme/platform-src.git',
      environment: 'prod-us',
      gitops: { repository: 'https://forge.test/acme/gitops.git', branch: 'us' },
    };
    const message = { signal: 'leave', payload: { id: 'one' } } as const;
    await tellLane({ workflows: { ...world().dependencies.workflows, signalWithStart } }, { ...lane, message });
    const start = {
      workflow: 'EnvironmentLane',
      workflowId: 'lane/forge.test/acme/gitops/us',
      args: [lane],
      summary: 'lane of prod-us',
      attributes: { platform: 'forge.test/acme/platform-src', environment: 'prod-us' },
    };
    expect(sent).toEqual([[start, 'leave', { id: 'one' }]]);
  });
});

describe('A lane that begins', () => {
  const begin = () => recordedHold(world().dependencies, world().place, Date);
  const soon = '2099-01-01T00:00:00.000Z';
  const revert = 'a'.repeat(40);

  it('knows nothing where nothing is recorded', async () => {
    expect(await begin()).toBeUndefined();
    await world().note({ event: 'promoted' });
    expect(await begin()).toBeUndefined();
  });

  it('is held as the record says', async () => {
    const { time } = await world().note({ event: 'held', by: 'ann', reason: 'audit', until: soon, configHeld: true });
    expect(await begin()).toEqual({
      ...emptyLane,
      hold: { by: 'ann', reason: 'audit', since: time, until: soon, config: true },
    });
  });

  it('is not held any more after it was resumed, or when the time has come', async () => {
    await world().note({ event: 'held', by: 'ann', reason: 'audit' });
    await world().note({ event: 'resumed', by: 'bob' });
    expect(await begin()).toBeUndefined();
    await world().note({ event: 'held', by: 'ann', reason: 'audit', until: '2026-01-01T00:00:00.000Z' });
    expect(await begin()).toBeUndefined();
  });

  it('knows the reverts that were answered, also those that hold it no more', async () => {
    const { time } = await world().note({ event: 'held', by: 'ann', reason: 'reverted', revert });
    expect(await begin()).toEqual({
      ...emptyLane,
      hold: { by: 'ann', reason: 'reverted', since: time, config: false, revert },
      seenReverts: [revert],
    });
    await world().note({ event: 'resumed', by: 'bob' });
    expect(await begin()).toEqual({ ...emptyLane, seenReverts: [revert] });
  });

  it('remembers the latest reverts alone: a lane with very many would be full, and one with more could never begin', async () => {
    const head = world().head;
    const reverts = Array.from({ length: 30_000 }, (_, index) => index.toString(16).padStart(40, '0'));
    const lines = reverts.map((each, index) => {
      const time = new Date(Date.UTC(2026, 0, 1) + index).toISOString();
      return printEntry({ time, event: 'held', by: 'eve', revert: each });
    });
    lines.push(printEntry({ time: '2026-02-01T00:00:00.000Z', event: 'resumed', by: 'ann' }));
    world().gitops.git(['notes', `--ref=${recordName('qa')}`, 'add', '-F', '-', head], lines.join('\n'));
    expect(await begin()).toEqual({ ...emptyLane, seenReverts: reverts.slice(-20) });
  });

  it('knows which place its earlier run served, where that says so', async () => {
    const { source } = world().place;
    for (const answer of [
      undefined,
      {},
      { source },
      { source, environment: 7 },
      { source: 'x\ud800', environment: 'dev' },
    ]) {
      world().earlierAnswers = { status: answer };
      expect(await begin()).toBeUndefined();
    }
    world().earlierAnswers = { status: { source, environment: 'dev', hold: 5 } };
    expect(await begin()).toEqual({ ...emptyLane, served: { source, environment: 'dev' } });
  });
});
