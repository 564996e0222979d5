import { describe, expect, it } from 'vitest';
import type { RenderOrder } from '../../../../src/activities/render/contract.ts';
import { renderEnvironment } from '../../../../src/activities/render/render-environment.ts';
import type { GitRepository } from '../../../../src/git/repository.ts';
import { provenancePath } from '../../../../src/render/layout/provenance.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

type Heads = Awaited<ReturnType<GitRepository['heads']>>;

/** Renders as a worker does that saw the GitOps repository like this a moment ago; `looks` counts what it asks of now. */
function workerThatSaw(seen: Heads) {
  const { dependencies, place } = world();
  const worker = {
    looks: 0,
    render(operation: RenderOrder['operation'], main: string, more: Partial<RenderOrder> = {}) {
      const repositories = {
        open(url: string) {
          const repository = dependencies.repositories.open(url);
          const heads: GitRepository['heads'] = async (refs) => {
            if (refs.withinMs !== undefined) return seen;
            worker.looks += 1;
            return repository.heads(refs);
          };
          return { ...repository, heads };
        },
      };
      const order = { ...place, operation, config: world().config, main, ...more };
      return renderEnvironment({ ...dependencies, repositories }, order);
    },
  };
  return worker;
}

/** Answers where branch, request and record are now. */
async function headsNow(): Promise<Heads> {
  return { branches: new Map([['qa', world().head]]), notes: world().notesHead };
}

describe('A render right after its lane has looked', () => {
  it('asks for nothing again where a request comes of it', async () => {
    await world().deploy('promotion', world().release('1'));
    const worker = workerThatSaw(await headsNow());
    expect(await worker.render('promotion', world().release('2'))).toMatchObject({
      kind: 'changed',
      base: world().head,
    });
    expect(worker.looks).toBe(0);
  });

  it('proposes on what it saw: whoever merges looks again', async () => {
    await world().deploy('promotion', world().release('1'));
    const seen = await headsNow();
    world().gitops.commit('qa', { 'README.md': 'moved\n' });
    const outcome = await workerThatSaw(seen).render('promotion', world().release('2'));
    expect(outcome).toMatchObject({ kind: 'changed', base: seen.branches.get('qa') });
  });

  it('says that nothing changes, or that it is too late, only as of now', async () => {
    const first = world().release('1');
    await world().deploy('promotion', first);
    const worker = workerThatSaw(await headsNow());
    expect(await worker.render('promotion', first)).toMatchObject({ kind: 'unchanged' });
    expect(worker.looks).toBe(1);
    const { revision } = await world().deploy('promotion', world().release('2'));
    expect(await worker.render('promotion', first)).toEqual({ kind: 'superseded', by: revision.main });
  });

  it('is of now where the operation was merged meanwhile, of which this worker may have seen nothing', async () => {
    await world().deploy('promotion', world().release('1'));
    const worker = workerThatSaw(await headsNow());
    const second = world().release('2');
    await world().deploy('promotion', second);
    const outcome = await worker.render('promotion', second, { deployedAs: world().head });
    expect(outcome).toMatchObject({ kind: 'unchanged', base: world().head });
  });

  it('fails for what it saw only where that is still so', async () => {
    await world().deploy('promotion', world().release('1'));
    const whole = world().gitops.git(['show', `qa:${provenancePath}`]);
    world().gitops.commit('qa', { [provenancePath]: 'damaged' });
    const worker = workerThatSaw(await headsNow());
    const main = world().release('2');
    await expect(worker.render('promotion', main)).rejects.toMatchObject({ type: 'InvalidInput' });
    world().gitops.commit('qa', { [provenancePath]: `${whole}\n` });
    expect(await worker.render('promotion', main)).toMatchObject({ kind: 'changed', base: world().head });
  });

  it('misses a branch only where it is still missing', async () => {
    await world().deploy('promotion', world().release('1'));
    const nothing = { branches: new Map(), notes: world().notesHead };
    const main = world().release('2');
    expect(await workerThatSaw(nothing).render('promotion', main)).toMatchObject({
      kind: 'changed',
      base: world().head,
    });
  });
});
