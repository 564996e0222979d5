import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../model/git/object-store.ts';
import { createRepository } from '../../model/world/repository.ts';
import { git, temporaryDirectory } from '../../support/git.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let store: ObjectStore;

beforeEach(() => {
  directory = temporaryDirectory('objects');
  store = createRepository(join(directory.path, 'repository'));
});
afterEach(() => directory.remove());

function commit(files: Readonly<Record<string, string>>, parents: readonly string[] = []): string {
  const tree = store.writeTree(new Map(Object.entries(files)));
  return store.writeCommit({ tree, parents, message: 'Change', person: 'Ada', seconds: 1_700_000_000 });
}

describe('a store of objects', () => {
  it('writes what git finds sound', () => {
    const first = commit({ 'a.yaml': 'a: 1\n', 'a/b.yaml': 'b: 1\n', 'a-b/c.yaml': '' });
    const second = commit({ 'a.yaml': 'a: 2\n' }, [first]);
    store.setRef('refs/heads/main', second);
    expect(git(store.directory, ['fsck', '--strict', '--full'])).toBe('');
    expect(git(store.directory, ['rev-list', 'main']).split('\n')).toEqual([second, first]);
    expect(git(store.directory, ['ls-tree', '-r', '--name-only', first]).split('\n')).toEqual([
      'a-b/c.yaml',
      'a.yaml',
      'a/b.yaml',
    ]);
  });

  it('reads what git wrote', () => {
    const tree = commit({ 'deep/er/file.yaml': 'ä\n' });
    const sha = git(store.directory, ['commit-tree', `${tree}^{tree}`, '-p', tree, '-m', 'By git']);
    expect(store.commit(sha)).toMatchObject({ parents: [tree], message: 'By git\n', author: 'Ada Lovelace' });
    expect(store.file(sha, 'deep/er/file.yaml')).toBe('ä\n');
    expect(store.file(sha, 'deep')).toBeUndefined();
    expect([...store.firstParents(sha)]).toEqual([sha, tree]);
  });

  it('reads refs wherever git keeps them', () => {
    const sha = commit({ 'a.yaml': '' });
    store.setRef('refs/heads/deploy/x/dev', sha);
    expect(store.refs('refs/heads')).toEqual(['refs/heads/deploy/x/dev']);
    git(store.directory, ['pack-refs', '--all']);
    expect(store.ref('refs/heads/deploy/x/dev')).toBe(sha);
    expect(store.ref('refs/heads/main')).toBeUndefined();
  });

  it('moves a ref only from where it is, and not under the lock of another', () => {
    const [one, two] = [commit({ 'a.yaml': '1' }), commit({ 'a.yaml': '2' })];
    expect(store.moveRef('refs/heads/main', undefined, one)).toBe(true);
    expect(store.moveRef('refs/heads/main', two, one)).toBe(false);
    mkdirSync(join(store.directory, 'refs/heads'), { recursive: true });
    writeFileSync(join(store.directory, 'refs/heads/main.lock'), '');
    expect(store.moveRef('refs/heads/main', one, two)).toBe(false);
    expect(store.ref('refs/heads/main')).toBe(one);
  });
});
