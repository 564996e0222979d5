import { beforeEach, describe, expect, it } from 'vitest';
import { planRollback } from '../../../src/activities/plan-rollback.ts';
import { Failure } from '../../../src/failure.ts';
import type { RollbackInput } from '../../../src/promotion/messages.ts';
import type { Revision } from '../../../src/promotion/status.ts';
import type { RecordEntry } from '../../../src/record/entry.ts';
import { useWorld } from './environment-world.ts';

const world = useWorld();

interface Deployment {
  readonly revision: Revision;
  readonly commit: string;
}

const healthy = { clusters: { total: 2, healthy: 2 } };

/** Words that a leaf must not hold both: then it does not render. */
let quarrel: readonly [string, string] | undefined;

beforeEach(() => {
  quarrel = undefined;
});

function plan(more: Partial<RollbackInput> = {}) {
  const { parts, place } = world();
  const renderer: typeof parts.renderer = {
    ...parts.renderer,
    render: async (request) => {
      const text = JSON.stringify(request);
      if (quarrel?.every((word) => text.includes(word)))
        throw new Failure('RenderFailed', 'one/apps/web cannot be rendered: they quarrel.');
      return parts.renderer.render(request);
    },
  };
  const { source, environment } = place;
  const input = { source, environment, by: 'ann', reason: 'errors', config: 'today' as const, force: false, ...more };
  return planRollback({ ...parts, renderer }, input);
}

/** Merged and recorded, healthy or not. */
async function deploy(errand: 'promote' | 'configure', main?: string, isHealthy = true): Promise<Deployment> {
  const deployment = await world().deploy(errand, main);
  await noteAll(errand, deployment, isHealthy);
  return deployment;
}

async function noteAll(errand: 'promote' | 'configure', { revision, commit }: Deployment, isHealthy: boolean) {
  await world().note({ ...revision, errand }, commit);
  const event = errand === 'promote' ? 'promoted' : 'configured';
  if (isHealthy) await world().note({ ...revision, event, errand, ...healthy }, commit);
}

const release = (version: string, isHealthy = true) => deploy('promote', world().release(version), isHealthy);
const note = (entry: Partial<RecordEntry>, commit: string) =>
  world().note({ config: world().config, ...entry }, commit);
const main = (deployment: Deployment) => deployment.revision.main;
const refusal = (words: RegExp) => ({ type: 'Refused', message: expect.stringMatching(words) });

describe('A rollback without a target', () => {
  it('goes to the latest commit recorded healthy behind what is deployed, with the config of today', async () => {
    await release('1');
    const good = await release('2');
    await release('3', false);
    const bad = await release('4', false);
    const config = world().remark('today');
    expect(await plan()).toEqual({
      kind: 'go',
      target: { main: main(good), config },
      recordedConfig: false,
      subject: 'Release 2',
      deployed: bad.revision,
    });
  });

  it('goes behind what is deployed also where that was healthy', async () => {
    const good = await release('1');
    await release('2');
    expect(await plan()).toMatchObject({ target: { main: main(good) } });
  });

  it('passes over what renders to what is there', async () => {
    const good = await release('1');
    const first = await release('2');
    const same = await world().render('promote', world().document('more'));
    if (same.kind !== 'unchanged') throw new Error(same.kind);
    await noteAll('promote', { revision: same.revision, commit: first.commit }, true);
    expect(await plan()).toMatchObject({ deployed: same.revision, target: { main: main(good) } });
  });

  it('is not misled by a config change that waits to be merged', async () => {
    const good = await release('1');
    await release('2');
    const same = world().document('more');
    await noteAll('promote', { revision: { main: same, config: world().config }, commit: world().head }, true);
    world().configure('3');
    expect(await plan()).toMatchObject({ deployed: { main: same }, target: { main: main(good) } });
  });

  it('passes over what does not render with the config of today', async () => {
    const good = await release('1');
    await release('2-odd');
    await release('3', false);
    world().configure('few');
    quarrel = ['2-odd', 'few'];
    expect(await plan()).toMatchObject({ target: { main: main(good) } });
  });

  it('is refused where nothing is left, with what failed and the pair that works', async () => {
    const good = await release('1-odd');
    await release('2', false);
    world().configure('few');
    quarrel = ['1-odd', 'few'];
    await expect(plan()).rejects.toMatchObject(
      refusal(
        new RegExp(
          `^qa has nowhere to go back to.*they quarrel\\. Back to main ${main(good).slice(0, 8)}, ` +
            `\`--config recorded\` takes config ${good.revision.config.slice(0, 8)}, with which it was healthy on 2026-01-01\\.$`,
        ),
      ),
    );
  });

  it('is refused where nothing is deployed', async () => {
    await expect(plan()).rejects.toMatchObject(refusal(/^Nothing is deployed in qa/));
  });

  it('is refused where nothing was recorded healthy', async () => {
    await release('1', false);
    await release('2', false);
    await expect(plan()).rejects.toMatchObject(refusal(/no commit behind it was recorded healthy here.*--to.*--force/));
  });

  it('is refused where all that was healthy renders to what is there', async () => {
    const first = await release('1');
    const same = world().document('more');
    await note({ main: same }, first.commit);
    await expect(plan()).rejects.toMatchObject(refusal(/renders to what is there already/));
  });

  it('does not believe a record of what was never there, or is not on main', async () => {
    const good = await release('1');
    const never = world().release('2');
    const bad = await release('3', false);
    await note({ main: never, event: 'promoted', ...healthy }, bad.commit);
    world().source.setBranch('feature', main(good));
    const aside = world().source.commit('feature', { 'apps/web/web.yaml': 'kind: Elsewhere\n' });
    await note({ main: aside, event: 'promoted', ...healthy }, good.commit);
    expect(await plan()).toMatchObject({ target: { main: main(good) } });
  });
});

describe('A rollback to a commit', () => {
  it('goes to one that was healthy here', async () => {
    const good = await release('1');
    await release('2');
    await release('3', false);
    expect(await plan({ to: main(good) })).toMatchObject({
      kind: 'go',
      target: { main: main(good) },
      subject: 'Release 1',
    });
  });

  it('says where it is there already', async () => {
    const there = await release('1');
    expect(await plan({ to: main(there) })).toEqual({ kind: 'already there', deployed: there.revision });
  });

  it('is refused for one that was never healthy here, unless it is forced', async () => {
    const sick = await release('1', false);
    await release('2');
    await expect(plan({ to: main(sick) })).rejects.toMatchObject(refusal(/never recorded healthy in qa.*--force/));
    expect(await plan({ to: main(sick), force: true })).toMatchObject({ kind: 'go', target: { main: main(sick) } });
  });

  it('is refused for one that lies ahead, forced or not', async () => {
    await release('1');
    const ahead = world().release('2');
    await expect(plan({ to: ahead, force: true })).rejects.toMatchObject(refusal(/not back but forward/));
  });

  it('is wrong for one that is not on main', async () => {
    const there = await release('1');
    world().source.setBranch('feature', main(there));
    const aside = world().source.commit('feature', { 'README.md': 'Aside.\n' });
    for (const to of [aside, 'f'.repeat(40)])
      await expect(plan({ to, force: true })).rejects.toMatchObject({
        type: 'InvalidInput',
        message: expect.stringMatching(/is not on main/),
      });
  });

  it('that does not render with the config of today names the recorded pair that works', async () => {
    const good = await release('1-odd');
    await release('2', false);
    world().configure('few');
    quarrel = ['1-odd', 'few'];
    await expect(plan({ to: main(good) })).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringContaining(
        `they quarrel. \`--config recorded\` takes config ${good.revision.config.slice(0, 8)}, with which it was healthy on 2026-01-01.`,
      ),
    });
    expect(await plan({ to: main(good), config: 'recorded' })).toMatchObject({
      kind: 'go',
      target: good.revision,
      recordedConfig: true,
    });
  });
});

describe('A rollback with the recorded config', () => {
  it('takes the newest pair that was healthy and renders to something else', async () => {
    await release('1');
    world().configure('3');
    const good = await deploy('configure');
    world().configure('4');
    const bad = await deploy('configure', undefined, false);
    expect(await plan({ config: 'recorded' })).toMatchObject({
      target: good.revision,
      recordedConfig: true,
      deployed: bad.revision,
    });
  });

  it('takes the newest healthy config of the commit that is asked for', async () => {
    const good = await release('1');
    world().configure('3');
    const later = await deploy('configure');
    await release('2', false);
    expect(later.revision.main).toBe(main(good));
    expect(await plan({ to: main(good), config: 'recorded' })).toMatchObject({ target: later.revision });
  });

  it('says where the pair is there already', async () => {
    const there = await release('1');
    expect(await plan({ to: main(there), config: 'recorded' })).toMatchObject({ kind: 'already there' });
  });

  it('does not take a config that its reviewers have not seen', async () => {
    const good = await release('1');
    await release('2');
    world().source.setBranch('draft', world().config);
    const config = world().source.commit('draft', { 'one/apps/web/overlays/x.yaml': 'kind: Draft\n' });
    await note({ main: main(good), config, event: 'promoted', ...healthy }, good.commit);
    expect(await plan({ config: 'recorded' })).toMatchObject({ target: good.revision });
  });

  it('is refused where none is recorded, also by force', async () => {
    const never = world().release('1');
    await release('2');
    const asked = { to: never, config: 'recorded' } as const;
    await expect(plan(asked)).rejects.toMatchObject(refusal(/never recorded healthy/));
    await expect(plan({ ...asked, force: true })).rejects.toMatchObject(refusal(/No config is recorded with main/));
  });

  it('takes by force what was deployed and never healthy', async () => {
    const sick = await release('1', false);
    await release('2');
    const forced = { to: main(sick), config: 'recorded', force: true } as const;
    expect(await plan(forced)).toMatchObject({ target: sick.revision });
  });
});
