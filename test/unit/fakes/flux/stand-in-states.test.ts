import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startControllers } from '../../../../fakes/flux/controllers/controllers.ts';
import {
  isGitRepository,
  isKustomization,
  KUSTOMIZE_API,
  SOURCE_API,
} from '../../../../fakes/flux/controllers/flux-types.ts';
import { createGitSource } from '../../../../fakes/flux/controllers/git-source.ts';
import { UNHEALTHY_IN } from '../../../../fakes/flux/controllers/health.ts';
import { initialObjects } from '../../../../fakes/flux/kubernetes/initial-objects.ts';
import { createObjectStore, type ObjectStore } from '../../../../fakes/flux/kubernetes/object-store.ts';
import type { KubeObject, KustomizationOptions } from '../../../../fakes/flux/types.ts';
import { type Check, fluxCrds } from '../../../support/flux-crds.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { configMap, gitToken, group, quick, startGitops, type TestGitops } from '../../fleet/gitops.ts';

let crds: { readonly kustomization: Check; readonly gitRepository: Check };
let gitops: TestGitops;
const endings: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  crds = await fluxCrds();
}, 300_000);

beforeEach(async () => {
  gitops = await startGitops();
  endings.push(() => gitops.close());
});

afterEach(async () => {
  const ended = [];
  for (const end of endings.splice(0).reverse()) ended.push(...(await Promise.allSettled([end()])));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
});

/** Generous: the machine may be busy with other tests. */
const soon = { timeout: 50_000, interval: 20 };

interface Run {
  readonly store: ObjectStore;
  /** Every state of every Flux object, as it was written. */
  readonly states: readonly KubeObject[];
}

/** Flux of the stand-in over a store of its own; each state that it writes is checked by the CRDs. */
function run(paths: readonly (string | KustomizationOptions)[], more: readonly KubeObject[] = []): Run {
  const directory = temporaryDirectory('stand-in');
  const stopping = new AbortController();
  const store = createObjectStore();
  const states: KubeObject[] = [];
  const wrong: string[] = [];
  store.onChange((object) => {
    if (isKustomization(object)) wrong.push(...crds.kustomization(object));
    if (isGitRepository(object)) wrong.push(...crds.gitRepository(object));
    states.push(object);
  });
  const mirror = createGitSource(gitops.url, directory.path, { token: gitToken, signal: stopping.signal });
  const errors: unknown[] = [];
  const queue = startControllers(
    { store, timings: quick, cluster: 'one', environment: 'qa', isHealthy: () => true, source: () => mirror },
    (error) => errors.push(error),
  );
  for (const object of initialObjects({ gitops: { url: gitops.url, branch: 'dev' }, paths }, quick)) store.put(object);
  for (const object of more) store.put(object);
  endings.push(async () => {
    stopping.abort();
    await queue.stop();
    directory.remove();
    expect(errors).toEqual([]);
    expect(wrong).toEqual([]);
  });
  return { store, states };
}

function ready(store: ObjectStore, name: string) {
  const object = store.get(`kustomize.toolkit.fluxcd.io/Kustomization/flux-system/${name}`);
  if (!object || !isKustomization(object)) throw new Error(`no Kustomization ${name}`);
  return {
    ...object.status?.conditions?.find(({ type }) => type === 'Ready'),
    history: object.status?.history ?? [],
    object,
  };
}

function conditions(object: KubeObject): string[] {
  return isKustomization(object)
    ? (object.status?.conditions ?? [])
        .filter(({ type }) => type === 'Ready')
        .map(({ status, reason }) => `${status} ${reason}`)
    : [];
}

test('the CRDs refuse what is not in them, what is missing, and what is of another form', () => {
  const [repository] = initialObjects({ gitops: { url: 'https://x/y', branch: 'dev' }, paths: [] }, quick);
  const spec = repository?.spec;
  expect(crds.gitRepository(repository)).toEqual([]);
  expect(crds.gitRepository({ ...repository, spec: { ...spec, colour: 'blue' } })).toHaveLength(1);
  expect(crds.gitRepository({ ...repository, spec: { ...spec, interval: 'often' } })).toHaveLength(1);
  expect(crds.gitRepository({ ...repository, spec: { url: 'https://x/y' } })).toHaveLength(1);
  expect(crds.kustomization({ ...repository, spec: {} }).length).toBeGreaterThan(2);
  expect(crds.kustomization({ spec, status: { history: [{ digest: 'x' }] } }).length).toBeGreaterThan(4);
});

describe('the stand-in for Flux writes only what the CRDs of Flux allow', () => {
  test('from the first fetch to applied and healthy, in the order of kustomize-controller', async () => {
    const sha = gitops.commit('dev', group('west', 'v1'));
    const { store, states } = run(['west']);
    await vi.waitFor(() => expect(ready(store, 'west').status).toBe('True'), soon);
    const story = states.filter(isKustomization).map(({ status }) => {
      const [last] = status?.history ?? [];
      return [
        status?.lastAttemptedRevision && 'attempted',
        status?.inventory && 'inventory',
        status?.lastAppliedRevision && 'applied',
        last?.lastReconciledStatus,
        status?.observedGeneration && 'observed',
      ].filter(Boolean);
    });
    const distinct = story.filter((step, index) => index === 0 || step.join() !== story[index - 1]?.join());
    expect(distinct.slice(0, 6)).toEqual([
      [],
      ['attempted'],
      ['attempted', 'inventory'],
      ['attempted', 'inventory', 'applied'],
      ['attempted', 'inventory', 'applied', 'ReconciliationSucceeded'],
      ['attempted', 'inventory', 'applied', 'ReconciliationSucceeded', 'observed'],
    ]);
    expect(states.flatMap(conditions)).toContain('Unknown Progressing');
    expect(ready(store, 'west').object.status).toMatchObject({
      lastAppliedRevision: `dev@sha1:${sha}`,
      observedGeneration: 1,
    });
  });

  test('an object that never becomes healthy in this environment: failed again and again, counted in the history', async () => {
    gitops.commit('dev', group('west', 'v1', { [UNHEALTHY_IN]: 'staging, qa' }));
    const { store } = run(['west']);
    await vi.waitFor(
      () => expect(ready(store, 'west').history[0]?.totalReconciliations).toBeGreaterThanOrEqual(3),
      soon,
    );
    const { history, object } = ready(store, 'west');
    expect(history).toHaveLength(1);
    expect(history[0]?.lastReconciledStatus).toBe('HealthCheckFailed');
    expect(object.status?.lastAppliedRevision).toBeUndefined();
    const healthy = object.status?.conditions?.find(({ type }) => type === 'Healthy');
    await vi.waitFor(
      () =>
        expect(ready(store, 'west').message).toBe(
          "failed early due to stalled resources: [ConfigMap/blue/shop status: 'Failed']",
        ),
      soon,
    );
    expect(healthy).toBeDefined();
  });

  test('a Kustomization without health checks is ready whatever its objects do', async () => {
    gitops.commit('dev', group('west', 'v1', { [UNHEALTHY_IN]: 'qa' }));
    const { store } = run([{ path: 'west', wait: false }]);
    await vi.waitFor(() => expect(ready(store, 'west').status).toBe('True'), soon);
  });

  test('one that depends on another waits for it', async () => {
    gitops.commit('dev', { ...group('west', 'v1'), ...group('base', 'v1', { [UNHEALTHY_IN]: 'qa' }) });
    const { store } = run([{ path: 'base' }, { path: 'west', dependsOn: ['base'] }]);
    await vi.waitFor(() => expect(ready(store, 'base').history.length).toBeGreaterThan(0), soon);
    expect(ready(store, 'west')).toMatchObject({
      reason: 'DependencyNotReady',
      message: "dependency 'flux-system/base' is not ready",
    });
    gitops.commit('dev', group('base', 'v2'));
    await vi.waitFor(() => expect(ready(store, 'west').status).toBe('True'), soon);
  });

  test.each([
    [
      'a folder that is not there',
      { 'east/a.yaml': configMap('a', '1') },
      { reason: 'ArtifactFailed', message: 'kustomization path not found' },
    ],
    [
      'a resource that is not there',
      { 'west/kustomization.yaml': 'resources: [gone]\n' },
      { reason: 'BuildFailed', message: 'accumulating resources' },
    ],
    ['broken YAML', { 'west/a.yaml': 'a: [\n' }, { reason: 'BuildFailed', message: 'MalformedYAMLError' }],
    [
      'a file that is no object',
      { 'west/a.yaml': 'just: text\n' },
      { reason: 'BuildFailed', message: 'missing Resource metadata' },
    ],
    [
      'the same object twice',
      { 'west/a.yaml': configMap('a', '1'), 'west/b.yaml': configMap('a', '2') },
      { reason: 'BuildFailed', message: 'already registered id' },
    ],
    [
      'a field of kustomize that the stand-in does not do',
      { 'west/kustomization.yaml': 'namePrefix: x\n' },
      { reason: 'BuildFailed', message: 'namePrefix' },
    ],
  ])('%s', async (_, files, { reason, message }) => {
    gitops.commit('dev', files);
    const { store } = run(['west']);
    await vi.waitFor(
      () =>
        expect(ready(store, 'west')).toMatchObject({
          status: 'False',
          reason,
          message: expect.stringContaining(message),
        }),
      soon,
    );
    expect(ready(store, 'west').history).toEqual([]);
  });

  test('a branch that is not there, until it is', async () => {
    gitops.commit('main', group('west', 'v1'));
    const { store, states } = run(['west']);
    await vi.waitFor(() => expect(ready(store, 'west').message).toContain('Source artifact not found'), soon);
    await vi.waitFor(() => {
      const failures = states.filter(isGitRepository).flatMap(({ status }) => status?.conditions ?? []);
      expect(failures.map(({ message }) => message).join()).toContain(`couldn't find remote ref "refs/heads/dev"`);
    }, soon);
    gitops.commit('dev', group('west', 'v1'));
    await vi.waitFor(() => expect(ready(store, 'west').status).toBe('True'), soon);
  });

  test('what is gone from the branch is pruned, and Flux objects of the branch are reconciled themselves', async () => {
    const child = {
      apiVersion: KUSTOMIZE_API,
      kind: 'Kustomization',
      metadata: { name: 'child', namespace: 'blue' },
      spec: { path: './extra', interval: '1m', prune: true, sourceRef: { kind: 'GitRepository', name: 'own' } },
    };
    const own = {
      apiVersion: SOURCE_API,
      kind: 'GitRepository',
      metadata: { name: 'own', namespace: 'blue' },
      spec: { url: gitops.url, ref: { branch: 'dev' }, interval: '1m' },
    };
    gitops.commit('dev', {
      'west/own.yaml': JSON.stringify(own),
      'west/child.yaml': JSON.stringify(child),
      'extra/a.yaml': configMap('extra', '1'),
    });
    const { store } = run(['west']);
    await vi.waitFor(() => expect(store.get('/ConfigMap/blue/extra')).toBeDefined(), soon);
    await vi.waitFor(() => expect(ready(store, 'west').status).toBe('True'), soon);
    gitops.commit('dev', { 'west/child.yaml': null });
    await vi.waitFor(() => expect(store.get('/ConfigMap/blue/extra')).toBeUndefined(), soon);
    expect(store.get('kustomize.toolkit.fluxcd.io/Kustomization/blue/child')).toBeUndefined();
  });
});
