import { afterEach, expect, test, vi } from 'vitest';
import { git } from '../../../support/git.ts';
import { useBench } from '../setup.ts';
import { connectingRepositories } from './connecting-repositories.ts';

const bench = useBench();

afterEach(() => void vi.restoreAllMocks());

test("the main branch is the one that the remote's HEAD names", async () => {
  bench.remote.commit('trunk', { a: '1' });
  bench.remote.git(['symbolic-ref', 'HEAD', 'refs/heads/trunk']);
  expect(await bench.open({}, `file://${bench.remote.path}`).mainBranch()).toBe('trunk');
});

test('an empty repository, and a detached HEAD, have main', async () => {
  expect(await bench.open().mainBranch()).toBe('main');
  const head = bench.remote.commit('main', { a: '1' });
  bench.remote.commit('qa', { a: '1' });
  bench.remote.git(['update-ref', '--no-deref', 'HEAD', head]);
  expect(await bench.open().mainBranch()).toBe('main');
});

test('in a clone somebody works in, the HEAD of its origin counts, else main', async () => {
  bench.remote.commit('trunk', { a: '1' });
  bench.remote.commit('qa', { a: '1' });
  bench.remote.git(['symbolic-ref', 'HEAD', 'refs/heads/trunk']);
  const clone = `${bench.directory}/clone`;
  git(bench.directory, ['clone', '--quiet', bench.remote.path, clone]);
  git(clone, ['switch', '--quiet', 'qa']);
  expect(await bench.open({}, clone).mainBranch()).toBe('trunk');
  git(clone, ['symbolic-ref', '--delete', 'refs/remotes/origin/HEAD']);
  git(clone, ['branch', '--quiet', 'main']);
  expect(await bench.open({}, clone).mainBranch()).toBe('main');
});

test('a step that asks which branch is main has seen it, and those that others ask for with it', async () => {
  const trunk = bench.remote.commit('trunk', { a: '1' });
  const dev = bench.remote.commit('dev', { b: '1' });
  bench.remote.git(['symbolic-ref', 'HEAD', 'refs/heads/trunk']);
  const { repositories, connections } = connectingRepositories(bench.cacheDir);
  const openForStep = () => repositories.open(`file://${bench.remote.path}`, new AbortController().signal);
  await openForStep().branchHeads(['dev', 'gone']);
  connections.length = 0;
  const now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now + 61_000);
  const step = openForStep();
  const branch = await step.mainBranch();
  expect(await step.branchHeads([branch, 'dev'])).toEqual(new Map(Object.entries({ trunk, dev })));
  expect(connections).toEqual(['ls-remote']);
});

test('what the caller says counts, and asks nobody', async () => {
  const nowhere = bench.open({ mainBranch: 'stem' }, `${bench.directory}/nowhere.git`);
  expect(await nowhere.mainBranch()).toBe('stem');
});
