import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git } from '../../support/git.ts';
import { newCommit, useBench } from './setup.ts';

describe('a damaged mirror', () => {
  const bench = useBench();

  /** A mirror that holds a commit of a few hundred files, some under it replaced in a second commit. */
  async function filled() {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`d${i % 5}/f${i}`, `content ${i}\n`]));
    const first = bench.remote.commit('main', many);
    const head = bench.remote.commit('main', { 'd0/f0': 'new' });
    const repository = bench.open();
    expect(await repository.branchHead('main')).toBe(head);
    const files = await repository.listFiles(head);
    return { first, head, repository, files, mirror: bench.mirror() };
  }

  const packs = (mirror: string) =>
    readdirSync(join(mirror, 'objects/pack'))
      .filter((name) => name.endsWith('.pack'))
      .map((name) => join(mirror, 'objects/pack', name));
  const shorten = (path: string, by: number) => {
    chmodSync(path, 0o644);
    truncateSync(path, Math.max(0, readFileSync(path).length - by));
  };

  const injuries: Readonly<Record<string, (mirror: string, head: string) => void>> = {
    'whose packs are cut off': (mirror) => {
      for (const pack of packs(mirror)) shorten(pack, 400);
    },
    'whose packs are empty': (mirror) => {
      for (const pack of packs(mirror)) shorten(pack, Number.MAX_SAFE_INTEGER);
    },
    'whose packs are gone': (mirror) => {
      for (const pack of packs(mirror)) unlinkSync(pack);
    },
    'without its objects': (mirror) => rmSync(join(mirror, 'objects'), { recursive: true }),
    'without HEAD': (mirror) => unlinkSync(join(mirror, 'HEAD')),
    'without its identity': (mirror) => unlinkSync(join(mirror, 'fairlead-mirror')),
    'whose configuration is garbage': (mirror) => writeFileSync(join(mirror, 'config'), '[core\n'),
    'with a root tree missing': (mirror, head) => removeLoose(mirror, `${head}^{tree}`),
    'with the commit missing': (mirror, head) => removeLoose(mirror, head),
    'with a file missing': (mirror, head) => removeLoose(mirror, `${head}:d0/f0`),
    'with a directory missing': (mirror, head) => removeLoose(mirror, `${head}:d0`),
    'with a garbled object': (mirror, head) => {
      const path = loosePath(mirror, `${head}:d0/f0`);
      chmodSync(path, 0o644);
      writeFileSync(path, 'not zlib');
    },
    'with garbage in a ref': (mirror, head) =>
      writeFileSync(join(mirror, 'refs/fairlead/seen', head.slice(0, 2)), 'garbage\n'),
  };

  for (const [injury, injure] of Object.entries(injuries)) {
    it(`${injury} answers all the same`, async () => {
      const { head, first, repository, files, mirror } = await filled();
      injure(mirror, head);
      const next = bench.remote.commit('main', { 'd1/f1': 'newer' });
      expect(await repository.branchHead('main')).toBe(next);
      // One that remembers nothing, and the one that knew the mirror before it was damaged.
      for (const reader of [bench.open(), repository]) {
        expect([...(await reader.listFiles(head)).keys()]).toEqual([...files.keys()]);
        const blobs = await reader.readBlobs([...files.values()].map(({ oid }) => oid));
        expect(blobs.get(files.get('d0/f0')?.oid ?? '')?.toString()).toBe('new');
        expect((await reader.readFile(head, 'd0/f0'))?.toString()).toBe('new');
        expect(await reader.isAncestor(first, next)).toBe(true);
        expect(await reader.log(undefined, next, 5)).toMatchObject({ total: 3 });
      }
      const commit = await repository.writeCommit(newCommit(next, { 'd0/f0': 'built' }));
      expect(await repository.push({ commit, branch: 'deploy', expected: null })).toEqual({ kind: 'pushed' });
      expect(bench.remote.git(['fsck', '--no-dangling'])).toBe('');
      expect(git(bench.mirror(), ['rev-list', '--objects', '--all'])).toContain(head);
    });
  }

  it('is moved aside once, and said to be', async () => {
    const { head, repository, mirror } = await filled();
    unlinkSync(join(mirror, 'HEAD'));
    const others = Array.from({ length: 6 }, () => bench.open());
    const answers = await Promise.all([repository, ...others].map((one) => one.listFiles(head)));
    expect(answers.map(({ size }) => size)).toEqual(answers.map(() => 200));
    expect(bench.notices).toEqual([expect.stringContaining(`${bench.remote.path} was damaged`)]);
    expect(existsSync(`${mirror}.damaged`)).toBe(true);
  });

  it('does not take a commit that it lost for a stranger', async () => {
    const { first, head, repository, mirror } = await filled();
    expect(await repository.ensureCommit(first)).toBe(true);
    removeLoose(mirror, first);
    expect(await repository.isAncestor(first, head)).toBe(true);
  });

  it('that was replaced between a listing and the reading of its files fetches them again', async () => {
    const { repository, files, mirror } = await filled();
    rmSync(mirror, { recursive: true });
    const blobs = await repository.readBlobs([...files.values()].map(({ oid }) => oid));
    expect(blobs.get(files.get('d0/f0')?.oid ?? '')?.toString()).toBe('new');
  });

  it('is not suspected when the remote is at fault', async () => {
    const { head, repository } = await filled();
    const unknown = 'a'.repeat(40);
    await expect(repository.listFiles(unknown)).rejects.toMatchObject({ type: 'NotFound' });
    rmSync(bench.remote.path, { recursive: true });
    await expect(repository.branchHead('main')).rejects.toMatchObject({ type: 'NotFound' });
    expect((await repository.listFiles(head)).size).toBe(200);
    expect(bench.notices).toEqual([]);
  });

  it('that cannot be made good ends with a failure, not in a circle', async () => {
    const { head, mirror } = await filled();
    // The remote is damaged as well: what it sends is never whole.
    const tree = bench.remote.git(['rev-parse', `${head}^{tree}`]);
    bench.remote.git(['unpack-objects', '-q'], readFileSync(packs(bench.remote.path)[0] ?? ''));
    for (const pack of packs(bench.remote.path)) rmSync(pack);
    rmSync(join(bench.remote.path, 'objects', tree.slice(0, 2), tree.slice(2)), { force: true });
    unlinkSync(join(mirror, 'HEAD'));
    await expect(bench.open().listFiles(head)).rejects.toMatchObject({
      name: expect.stringMatching(/Unavailable|Internal/),
      message: expect.stringContaining(bench.remote.path),
    });
    expect(bench.notices).toHaveLength(1);
  });

  /** Where an object lies by itself, after all packs were taken apart. */
  function loosePath(mirror: string, revision: string): string {
    for (const pack of packs(mirror)) {
      const content = readFileSync(pack);
      rmSync(pack);
      rmSync(pack.replace(/pack$/, 'idx'));
      git(mirror, ['unpack-objects', '-q'], { input: content });
    }
    const oid = git(mirror, ['rev-parse', revision]);
    return join(mirror, 'objects', oid.slice(0, 2), oid.slice(2));
  }

  function removeLoose(mirror: string, revision: string): void {
    rmSync(loosePath(mirror, revision));
  }
});
