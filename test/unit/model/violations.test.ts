import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dependencies } from '../../../src/dependencies.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import type { EnvironmentStatus, OperationStatus } from '../../../src/operation/status.ts';
import type { Renderer } from '../../../src/render/types.ts';
import { checkFolders } from '../../model/check/branch-history.ts';
import { compareWithRepositories } from '../../model/check/environments.ts';
import { Invariants } from '../../model/check/invariants.ts';
import type { WorldPlan } from '../../model/events/types.ts';
import { ObjectStore } from '../../model/git/object-store.ts';
import { type Pair, Renders } from '../../model/oracle/renders.ts';
import type { StepCall } from '../../model/rig/steps-of-all.ts';
import { Journal } from '../../model/sequence/journal.ts';
import type { Sequence } from '../../model/sequence/sequence.ts';
import { waitsForAPerson } from '../../model/sequence/waits.ts';
import { World } from '../../model/world/world.ts';
import { gitTestEnvironment, temporaryDirectory } from '../../support/git.ts';

/** Its output is what it is given. */
const renderer: Renderer = {
  render: async ({ root, files }) => ({
    yaml: JSON.stringify(files),
    objects: [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'model', name: root }],
  }),
  versions: async () => ({}),
  close: async () => undefined,
};

const environment = { merge: 'auto', whenNewer: 'supersede', onFailure: 'wait', soakMs: 0, api: false } as const;
const plan: WorldPlan = {
  stages: [['dev'], ['prod']],
  environments: [environment, environment],
  seeded: true,
  botMethod: 'merge',
  laneLimit: null,
  ending: 'at rest',
};

let directory: ReturnType<typeof temporaryDirectory>;
let renders: Renders;
let world: World;
let invariants: Invariants;

beforeEach(async () => {
  directory = temporaryDirectory('violations');
  renders = new Renders(renderer, { get: async () => undefined, set: () => undefined });
  world = await World.create(plan, { root: directory.path, id: 's0' }, renders);
  invariants = new Invariants(world, renders, new Journal());
  await holds();
});
afterEach(() => directory.remove());

async function holds(): Promise<void> {
  await invariants.check();
  invariants.raise();
}

/** The invariant that is found to be violated now, whatever comes later. */
async function violated(): Promise<string> {
  await invariants.check();
  const { violation } = invariants;
  return (violation as { readonly invariant?: string } | undefined)?.invariant ?? `none: ${violation}`;
}

const now = () => new Date().toISOString();
const dev = 'refs/heads/dev';
const pairOf = (main: string, config = world.source.configHead('dev')): Pair => ({ main, config });

/** A commit on top of a branch that says it was rendered from a pair; `change` makes it a lie. */
async function commit(pair: Pair, branch = dev, change: Readonly<Record<string, string>> = {}): Promise<string> {
  const { gitops, source } = world;
  const { rendered } = await renders.of(source.store, pair);
  const provenance = `revision: ${pair.main}+${pair.config}\n`;
  const files = [...rendered.files, ['.fairlead/provenance.yaml', provenance], ...Object.entries(change)] as const;
  const parents = [gitops.ref(branch) ?? gitops.ref(dev) ?? ''];
  const tree = gitops.writeTree(new Map(files.map(([path, text]) => [path, text] as const)));
  const sha = gitops.writeCommit({ tree, parents, message: 'Promote', person: 'Fairlead', seconds: 1_700_001_000 });
  gitops.setRef(branch, sha);
  return sha;
}

/** Makes such a commit by a request of ours, merged by a person or by us. */
async function merged(
  pair: Pair,
  kind: 'deploy' | 'rollback',
  { by, body = '' }: { readonly by?: string; readonly body?: string } = {},
): Promise<void> {
  const branch = `${kind}/${pair.main}/dev`;
  world.gitops.setRef(`refs/heads/${branch}`, world.gitops.ref(dev) ?? '');
  const sha = await commit(pair, `refs/heads/${branch}`);
  const draft = {
    head: { branch, sha },
    base: 'dev',
    title: 'Promote',
    body,
    label: 'promoted',
    isInBase: async () => true,
  };
  const { number } = await world.forge.openPullRequest(draft);
  if (by === undefined) await world.forge.merge(number, sha);
  else await world.forge.mergeBy(by, number, 'merge');
}

/** A rollback's request to which somebody has pushed, merged as the two commits that it is by now. */
async function rebased(pair: Pair): Promise<void> {
  const branch = `rollback/${pair.main}/dev`;
  world.gitops.setRef(`refs/heads/${branch}`, world.gitops.ref(dev) ?? '');
  await commit(pair, `refs/heads/${branch}`);
  const sha = await commit(pair, `refs/heads/${branch}`, { 'one/by-hand.txt': 'pushed' });
  const draft = {
    head: { branch, sha },
    base: 'dev',
    title: 'Roll back',
    body: '',
    label: 'rolled-back',
    isInBase: async () => true,
  };
  const { number } = await world.forge.openPullRequest(draft);
  expect(await world.forge.mergeBy('mia', number, 'rebase')).toBe('merged');
}

/** Adds lines to the record of dev, at its head. */
function note(...lines: readonly object[]): void {
  const { gitops } = world;
  const ref = 'refs/notes/fairlead/dev';
  const before = gitops.ref(ref);
  const files = new Map(
    before ? [...gitops.files(before)].map(([path, { oid }]) => [path, String(gitops.blob(oid))]) : [],
  );
  const head = gitops.ref(dev) ?? '';
  files.set(head, `${files.get(head) ?? ''}${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}`);
  const parents = before === undefined ? [] : [before];
  const tree = gitops.writeTree(files);
  gitops.setRef(
    ref,
    gitops.writeCommit({ tree, parents, message: 'Notes', person: 'Fairlead', seconds: 1_700_001_000 }),
  );
}

describe('The model test finds that', () => {
  it('1: our folders are not the render of their provenance, what hands wrote aside', async () => {
    const next = pairOf(world.source.commitMain({ web: 1, api: 0 }));
    const other = { 'one/apps/web/web.yaml': 'something else\n' };
    const sha = await commit(next, dev, other);
    await expect(checkFolders({ world, renders }, 'dev', sha)).rejects.toThrow('one/apps/web/web.yaml differ');
    const oid = world.gitops.files(sha).get('one/apps/web/web.yaml')?.oid ?? '';
    await checkFolders({ world, renders, handMade: new Set([oid]) }, 'dev', sha);
    expect(await violated()).toBe('1 folders equal the render');
  });

  it('1: the provenance is gone', async () => {
    const { gitops } = world;
    const tree = gitops.writeTree(new Map([['README.md', 'Nothing else.\n']]));
    const parents = [gitops.ref(dev) ?? ''];
    gitops.setRef(dev, gitops.writeCommit({ tree, parents, message: 'Empty it', person: 'Eve', seconds: 1 }));
    expect(await violated()).toBe('1 folders equal the render');
  });

  it('2: main goes back, unless a person reverts or rolls back', async () => {
    const first = pairOf(world.source.head);
    const next = pairOf(world.source.commitMain({ web: 1, api: 0 }));
    note({ time: now(), event: 'promoted', ...next });
    await commit(next);
    await holds();
    await invariants.reverting(() => commit(first));
    await commit(next);
    await merged(first, 'rollback');
    await holds();
    await commit(next);
    await rebased(first);
    await holds();
    await commit(next);
    await holds();
    await commit(first);
    expect(await violated()).toBe('2 main does not go back');
  });

  it('2: config goes back, unless that was asked for', async () => {
    const before = pairOf(world.source.head);
    const after = pairOf(world.source.head, world.source.commitConfig('dev', 1));
    await commit(after);
    await merged(before, 'rollback', { body: `Asked by rob: ${invariants.reasonFor('recorded')}` });
    await holds();
    await commit(after);
    await holds();
    await merged(before, 'rollback', { body: `Asked by rob: ${invariants.reasonFor('today')}` });
    expect(await violated()).toBe('2 config does not go back');
  });

  it('2: a record that was deployed is forgotten', async () => {
    const before = world.source.commitMain({ web: 0, api: 1 });
    note({ time: now(), event: 'deployed', operation: 'promotion', ...pairOf(before) });
    await holds();
    world.gitops.setRef('refs/notes/fairlead/dev', world.gitops.ref('refs/notes/fairlead/prod') ?? '');
    expect(await violated()).toBe('2 main does not go back');
  });

  it('2: Fairlead merges over a revert for which nobody held the lane', async () => {
    const first = pairOf(world.source.head);
    const next = pairOf(world.source.commitMain({ web: 1, api: 0 }));
    const last = pairOf(world.source.commitMain({ web: 2, api: 0 }));
    for (const pair of [next, last]) note({ time: now(), event: 'promoted', ...pair });
    await merged(next, 'deploy');
    note({ time: now(), event: 'deployed', operation: 'promotion', ...next });
    await holds();
    const revert = await invariants.reverting(() => commit(first));
    invariants.reverts.set(revert, Date.now() - 10_000);
    await merged(last, 'deploy');
    await holds();
    expect(() => invariants.checkAnswers()).toThrow('merged in dev over the revert');
    note({ time: now(), event: 'held', by: 'Ada', reason: 'a revert', revert });
    invariants.checkAnswers();
  });

  it('3: a promotion works, or is merged, in a stage before the earlier one is done', async () => {
    const main = world.source.commitMain({ web: 1, api: 0 });
    const order = { operation: 'promotion', environment: 'prod', main };
    const call = { name: 'renderEnvironment', order } as unknown as StepCall;
    note({ time: now(), event: 'accepted', ...pairOf(main) });
    invariants.beforeStep(call);
    invariants.raise();
    invariants.beforeStep({ ...call, order: { ...order, main: world.source.commitMain({ web: 2, api: 0 }) } });
    expect(await violated()).toBe('3 stages in order');
  });

  it('3: what nobody saw healthy is recorded as that', async () => {
    const next = pairOf(world.source.commitMain({ web: 1, api: 0 }));
    await commit(next);
    const clusters = { total: 1, healthy: 1 };
    const where = { repository: world.gitopsUrl, branch: 'dev' };
    await world.fleet.observe({} as never, where as never);
    note({ time: now(), event: 'promoted', ...next, clusters });
    await holds();
    const last = pairOf(world.source.commitMain({ web: 2, api: 0 }));
    await commit(last);
    note({ time: now(), event: 'promoted', ...last, clusters });
    expect(await violated()).toBe('3 healthy on evidence');
  });

  it('4: two promotion requests of ours are open', async () => {
    for (const web of [1, 2]) {
      await holds();
      const pair = pairOf(world.source.commitMain({ web, api: 0 }));
      const branch = `deploy/${pair.main}/dev`;
      const sha = await commit(pair, `refs/heads/${branch}`);
      await world.forge.openPullRequest({
        head: { branch, sha },
        base: 'dev',
        title: '',
        body: '',
        label: 'promoted',
        isInBase: async () => true,
      });
    }
    expect(await violated()).toBe('4 one open request');
  });

  it('4: we close what is not ours', async () => {
    const branch = 'deploy/by-somebody/dev';
    world.gitops.setRef(`refs/heads/${branch}`, world.gitops.ref(dev) ?? '');
    await commit(pairOf(world.source.head), `refs/heads/${branch}`, { 'notes.md': 'Mine.\n' });
    const { number } = await world.forge.openForeign(branch, 'dev', 'flo');
    await holds();
    await world.forge.close(number, 'Closed by Fairlead.');
    expect(await violated()).toBe('4 foreign untouched');
  });

  it('5: somebody waits without saying what for', async () => {
    const people = { status: async () => undefined, laneStatus: async () => undefined };
    const sequence = { world, people } as unknown as Sequence;
    const unnamedWaits = (run: Partial<EnvironmentStatus>) => {
      const environments = [{ environment: 'dev', message: 'words', ...run } as EnvironmentStatus];
      const status = { id: 'promote/s0/source/x', platform: 's0/source', environments } as unknown as OperationStatus;
      return waitsForAPerson(sequence, status);
    };
    expect(await unnamedWaits({ state: 'needs attention' })).toEqual([]);
    for (const run of [
      { state: 'needs attention', message: '' },
      { state: 'rendering' },
      { state: 'queued' },
      { state: 'held' },
      { state: 'soaking' },
      { state: 'pull request open' },
      { state: 'pull request open', request: { number: 7 } as never },
      { state: 'promoted' },
    ] as const)
      expect(await unnamedWaits(run), run.state).toHaveLength(1);
  });

  it('6: `fairlead environments` says anything else than the repositories show', async () => {
    const cacheDir = join(directory.path, 'mirrors');
    const repositories = createGitRepositories({ cacheDir, environment: gitTestEnvironment });
    const dependencies = { repositories, renderer } as unknown as Dependencies;
    const compare = (seen: World) =>
      compareWithRepositories({ world: seen, dependencies, rig: { renders } } as Sequence);
    await compare(world);
    const copy = join(directory.path, 'copy');
    cpSync(world.gitopsUrl, copy, { recursive: true });
    note({ time: now(), event: 'held', by: 'ann', reason: 'not now' });
    await compare(world);
    const old = Object.assign(Object.create(world), { gitops: new ObjectStore(copy) });
    await expect(compare(old)).rejects.toMatchObject({ invariant: '6 environments equals a clone' });
  });
});
