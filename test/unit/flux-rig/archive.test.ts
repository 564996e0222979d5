import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { packArchive } from '../../flux/source/archive.ts';
import { temporaryDirectory } from '../../support/git.ts';

test('tar unpacks what was packed', () => {
  const directory = temporaryDirectory('archive');
  try {
    const long = `${'a/'.repeat(70)}${'b'.repeat(60)}`;
    const files = { [long]: 'long', 'a/b.yaml': 'kind: ConfigMap\n', 'c.txt': 'ä'.repeat(512), empty: '' };
    mkdirSync(join(directory.path, dirname(long)), { recursive: true });
    execFileSync('tar', ['-xz', '-C', directory.path], { input: packArchive(files) });
    for (const [path, text] of Object.entries(files)) {
      expect(readFileSync(join(directory.path, path), 'utf8')).toBe(text);
    }
  } finally {
    directory.remove();
  }
});

test('the same files make the same archive, in whatever order they are', () => {
  expect(packArchive({ a: '1', b: '2' })).toEqual(packArchive({ b: '2', a: '1' }));
});

test('a path that is too long for the format is refused', () => {
  expect(() => packArchive({ ['x'.repeat(101)]: '' })).toThrow('100 bytes');
  expect(() => packArchive({ [`${'x'.repeat(156)}/y`]: '' })).toThrow('155');
});
