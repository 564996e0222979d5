import { afterEach, expect, test, vi } from 'vitest';
import { startControllers } from '../../../../fakes/flux/controllers/controllers.ts';
import { isKustomization } from '../../../../fakes/flux/controllers/flux-types.ts';
import { createGitSource } from '../../../../fakes/flux/controllers/git-source.ts';
import { initialObjects } from '../../../../fakes/flux/kubernetes/initial-objects.ts';
import { createObjectStore, keyOf } from '../../../../fakes/flux/kubernetes/object-store.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { configMap, gitToken, quick, startGitops } from '../../fleet/gitops.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

test('a Kustomization that goes while it is reconciled applies nothing', async () => {
  const gitops = await startGitops();
  endings.push(() => gitops.close());
  gitops.commit('dev', { 'west/a.yaml': configMap('of-west', '1'), 'east/a.yaml': configMap('of-east', '1') });
  const directory = temporaryDirectory('stand-in');
  endings.push(() => directory.remove());
  const stopping = new AbortController();
  const mirror = createGitSource(gitops.url, directory.path, { token: gitToken, signal: stopping.signal });
  const store = createObjectStore();
  const errors: unknown[] = [];
  const queue = startControllers(
    { store, timings: quick, cluster: 'one', environment: 'qa', isHealthy: () => true, source: () => mirror },
    (error) => errors.push(error),
  );
  endings.push(() => {
    stopping.abort();
    return queue.stop();
  });
  store.onChange((object) => {
    const attempted = isKustomization(object) && object.status?.lastAttemptedRevision !== undefined;
    if (attempted && object.spec.path?.endsWith('west')) store.remove(keyOf(object));
  });
  for (const object of initialObjects({ gitops: { url: gitops.url, branch: 'dev' }, paths: ['west', 'east'] }, quick)) {
    store.put(object);
  }
  const namesOf = () => store.all().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  const appliedByEast = () => store.all().find(isKustomization)?.status?.lastAppliedRevision;
  await vi.waitFor(() => expect(appliedByEast()).toBeDefined(), { timeout: 50_000, interval: 20 });
  const commit = gitops.commit('dev', { 'east/a.yaml': configMap('of-east', '2') });
  await vi.waitFor(() => expect(appliedByEast()).toBe(`dev@sha1:${commit}`), { timeout: 50_000, interval: 20 });
  expect(namesOf().filter((name) => name.includes('west'))).toEqual([]);
  expect(errors).toEqual([]);
});
