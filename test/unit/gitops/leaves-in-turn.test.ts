import { expect, it } from 'vitest';
import type { GitRepository } from '../../../src/git/repository.ts';
import { leavesInTurn } from '../../../src/gitops/leaves/leaves-in-turn.ts';

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
      return new Map(
        [...oids].map((oid) => [oid, Buffer.from('kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n')]),
      );
    },
  } as unknown as GitRepository;
}

const groups = new Map([['west', ['apps']]]);
const mebibyte = 1024 * 1024;
const readAll = (repository: GitRepository, count: number) =>
  Array.from({ length: count }, (_, index) => leavesInTurn(repository, `${index}`, groups));

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
