import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withEnds } from '../../../src/async/with-ends.ts';
import type { GitRepository } from '../../../src/git/repository.ts';
import { createLeavesReader, leavesInTurn } from '../../../src/gitops/leaves/leaves-in-turn.ts';

/** A repository whose commits have files of so many bytes; and how many of them are read at once, and in which order. */
function repositoryOf(url: string, size: number, told: { now: number; most: number; read: string[] }) {
  return {
    url,
    async listFiles(commit: string) {
      return new Map([['west/apps/shop/all.yaml', { mode: '100644', oid: commit, size }]]);
    },
    async readBlobs(oids: ReadonlySet<string>) {
      told.now += 1;
      told.most = Math.max(told.most, told.now);
      told.read.push(url);
      await new Promise((resolve) => setTimeout(resolve, 20));
      told.now -= 1;
      return new Map([...oids].map((oid) => [oid, Buffer.from(manifests(2))]));
    },
  } as unknown as GitRepository;
}

const manifests = (count: number) =>
  Array.from({ length: count }, (_, index) => `kind: ConfigMap\napiVersion: v1\nmetadata: {name: a${index}}\n`).join(
    '---\n',
  );
const groups = new Map([['west', ['apps']]]);
const mebibyte = 1024 * 1024;
const readAll = (repository: GitRepository, count: number) =>
  Array.from({ length: count }, (_, index) => leavesInTurn(repository, { commit: `${index}`, groups }));

it('large environments are read two at a time, and another repository does not wait for all of them', async () => {
  const told = { now: 0, most: 0, read: [] as string[] };
  const all = readAll(repositoryOf('large', 30 * mebibyte, told), 12);
  const other = readAll(repositoryOf('other', 30 * mebibyte, told), 1);
  await Promise.all([...all, ...other]);
  expect(told.most).toBe(2);
  expect(told.read.indexOf('other')).toBeLessThan(5);
});

it('small ones wait for none', async () => {
  const told = { now: 0, most: 0, read: [] as string[] };
  await Promise.all(readAll(repositoryOf('small', mebibyte, told), 12));
  expect(told.most).toBe(12);
});

it('those with very many objects are had by two looks at a time, until these end', async () => {
  const told = { now: 0, most: 0, read: [] as string[] };
  const repository = repositoryOf('many', 30 * mebibyte, told);
  const read = createLeavesReader(2);
  let [had, most] = [0, 0];
  const look = (index: number) =>
    withEnds(async (atEnd) => {
      await read(repository, { commit: `${index}`, groups }, { atEnd, signal: undefined });
      had += 1;
      most = Math.max(most, had);
      await pause(100);
      had -= 1;
    });
  await Promise.all(Array.from({ length: 5 }, (_, index) => look(index)));
  expect(most).toBe(2);
  // Each is read once to find that out. Who knows it waits for its turn before.
  expect(told.read).toHaveLength(10);
  await look(1);
  expect(told.read).toHaveLength(11);
});

it('a look that has ended before its turn came takes none', async () => {
  const repository = repositoryOf('many', 30 * mebibyte, { now: 0, most: 0, read: [] });
  const read = createLeavesReader(2);
  const ends: (() => void)[] = [];
  const look = (signal?: AbortSignal) =>
    read(repository, { commit: '1', groups }, { atEnd: (done) => void ends.push(done), signal });
  await Promise.all([look(), look()]);
  const caller = new AbortController();
  const waiting = look(caller.signal).catch((error: unknown) => error);
  caller.abort(new Error('the step is cancelled'));
  expect(await waiting).toEqual(new Error('the step is cancelled'));
  for (const done of ends.splice(0)) done();
  await Promise.all([look(), look()]);
});
