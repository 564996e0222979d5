import { describe, expect, it } from 'vitest';
import { openPullRequest } from '../../../../src/activities/pull-request/open-pull-request.ts';
import type { RenderOutcome } from '../../../../src/activities/render/contract.ts';
import { Failure } from '../../../../src/failure.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

const openRequests = async () => (await world().forge.requests()).filter(({ state }) => state === 'open');

/** Version 1 is deployed and recorded, version 2 is rendered. */
async function begin() {
  const first = await world().deploy('promotion', world().release('1'));
  await world().note({ ...first.revision }, first.commit);
  const rendered = await world().render('promotion', world().release('2'));
  if (rendered.kind !== 'changed') throw new Error(`not changed, but ${rendered.kind}`);
  return { first, rendered };
}

function open(rendered: Extract<RenderOutcome, { kind: 'changed' }>, dependencies = world().dependencies) {
  return openPullRequest(dependencies, world().openOrder('promotion', rendered));
}

/** A config commit that changes nothing is recorded as deployed. */
async function recordNewerConfig(first: Awaited<ReturnType<typeof begin>>['first']) {
  await world().note({ operation: 'config change', main: first.revision.main, config: world().remark('nothing') });
}

describe('A request for what was rendered', () => {
  it('is opened where nothing has moved, and found again', async () => {
    const { rendered } = await begin();
    const opened = await open(rendered);
    expect(opened).toMatchObject({ kind: 'open' });
    expect(await open(rendered)).toEqual(opened);
  });

  it('says what changes by object and field, also where the branch was edited by hand', async () => {
    const list = world().gitops;
    await begin();
    const edited = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n';
    list.commit('qa', { 'one/kustomization.yaml': edited });
    const rendered = await world().render('promotion', world().release('3'));
    if (rendered.kind !== 'changed') throw new Error(rendered.kind);
    const opened = await open(rendered);
    const { body } = await world().forge.pullRequest(opened.kind === 'open' ? opened.number : 0);
    expect(body).toContain('### Objects: 2 changed\n');
    expect(body).toMatch(/- changed Kustomization `kustomization\.yaml`, `\.`, in one\n {2}- .*resources.*apps/);
    expect(body).toMatch(
      /- changed ConfigMap `main-apps-web`, `apps\/web`, in one\n {2}- `data\["\/main\/apps\/web\/web\.yaml"\]`:/,
    );
  });

  it('says so where that is too much to be compared, or takes too long', async () => {
    const { rendered } = await begin();
    const describeChanges = async () => {
      throw new Failure('Refused', 'comparing it took more than 20 s');
    };
    const opened = await open(rendered, { ...world().dependencies, describeChanges });
    const { body } = await world().forge.pullRequest(opened.kind === 'open' ? opened.number : 0);
    expect(body).toContain('These changes are too large to be compared here');
  });

  it.each(['merge', 'squash'] as const)(
    'is adopted when it was merged by %s, and opened anew where the branch was moved back behind the merge',
    async (method) => {
      const { first, rendered } = await begin();
      const opened = await open(rendered);
      const number = opened.kind === 'open' ? opened.number : 0;
      await world().forge.mergeBy('ann', number, method);
      expect(await open(rendered)).toMatchObject({ kind: 'open', number });
      world().gitops.setBranch('qa', first.commit);
      const again = await world().render('promotion', rendered.revision.main);
      if (again.kind !== 'changed') throw new Error(again.kind);
      expect(again.commit).toBe(rendered.commit);
      const second = await open(again);
      expect(second).toMatchObject({ kind: 'open', number: number + 1 });
      expect(await openRequests()).toMatchObject([{ number: number + 1 }]);
    },
  );

  it('is stale, and not opened, when somebody pushed to its branch', async () => {
    const { rendered } = await begin();
    world().gitops.commit(rendered.branch, { 'README.md': 'by hand' });
    expect(await open(rendered)).toEqual({ kind: 'stale' });
    expect(await openRequests()).toEqual([]);
  });

  it('is stale, and not opened, when a newer config was recorded meanwhile', async () => {
    const { first, rendered } = await begin();
    await recordNewerConfig(first);
    expect(await open(rendered)).toEqual({ kind: 'stale' });
    expect(await openRequests()).toEqual([]);
  });

  it('is not stale because of a record that changes nothing', async () => {
    const { first, rendered } = await begin();
    await world().note({ ...first.revision, event: 'promoted' }, first.commit);
    expect(await open(rendered)).toMatchObject({ kind: 'open' });
  });
});
