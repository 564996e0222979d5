import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDiskCache } from '../../../../src/render/cache/disk.ts';
import { output } from '../fake-renderer.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-leaves-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const key = (text: string) => createHash('sha256').update(text).digest('hex');
const files = async () => (await readdir(directory, { recursive: true })).filter((name) => name.includes('.'));

test('what is stored is found again, by another process too', async () => {
  const cache = createDiskCache({ directory });
  const stored = { ...output('ConfigMap', 'a'), placeholders: ['ConfigMap a, data.b'] };
  cache.set(key('a'), stored);
  expect(await cache.get(key('a'))).toEqual(stored);
  await cache.settled();
  expect(await createDiskCache({ directory }).get(key('a'))).toEqual(stored);
  expect(await createDiskCache({ directory }).get(key('b'))).toBeUndefined();
  expect(await files()).toEqual([`${key('a').slice(0, 2)}/${key('a')}.json`]);
});

test('nothing is written at once, and all of it without being waited for', async () => {
  const cache = createDiskCache({ directory, writeAfterMs: 50 });
  for (const name of ['a', 'b']) cache.set(key(name), output('ConfigMap', name));
  expect(await files()).toEqual([]);
  expect(await cache.get(key('a'))).toEqual(output('ConfigMap', 'a'));
  await expect.poll(async () => (await files()).filter((name) => name.endsWith('.json'))).toHaveLength(2);
});

test.each(['', '{"yaml":"x"', '{"yaml":1}', 'null'])('an entry damaged to %j is missing', async (text) => {
  const cache = createDiskCache({ directory });
  cache.set(key('a'), output('ConfigMap', 'a'));
  await cache.settled();
  await writeFile(join(directory, (await files())[0] ?? ''), text);
  expect(await cache.get(key('a'))).toBeUndefined();
  cache.set(key('a'), output('ConfigMap', 'a'));
  await cache.settled();
  expect(await cache.get(key('a'))).toEqual(output('ConfigMap', 'a'));
});

test('entries unused for longest go when the room is used up', async () => {
  const entry = { yaml: 'x'.repeat(10_000), objects: [] };
  const maxBytes = 100_000;
  const cache = createDiskCache({ directory, maxBytes });
  for (let index = 0; index < 30; index++) {
    cache.set(key(`${index}`), entry);
    await cache.settled();
    const path = join(directory, key(`${index}`).slice(0, 2), `${key(`${index}`)}.json`);
    if (await stat(path).catch(() => undefined)) await utimes(path, index, index);
  }
  const left = await files();
  expect(left.length).toBeLessThanOrEqual(10);
  expect(left.length).toBeGreaterThanOrEqual(5);
  expect(await cache.get(key('29'))).toEqual(entry);
  expect(await cache.get(key('0'))).toBeUndefined();
});

test('leftovers of a crash are cleared, those of a running process are not', async () => {
  const names = ['old', 'new'].map((name) => join(directory, `${name}.tmp`));
  for (const name of names) await writeFile(name, 'x');
  await utimes(names[0] ?? '', 1, 1);
  const cache = createDiskCache({ directory });
  cache.set(key('a'), output('ConfigMap', 'a'));
  await cache.settled();
  expect((await files()).filter((name) => name.endsWith('.tmp'))).toEqual(['new.tmp']);
});

test('a directory that cannot be used remembers nothing and fails nothing', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  const cache = createDiskCache({ directory: file });
  cache.set(key('a'), output('ConfigMap', 'a'));
  await cache.settled();
  expect(await cache.get(key('a'))).toBeUndefined();
});

test('only digests become paths', async () => {
  const cache = createDiskCache({ directory });
  await expect(cache.get('../../etc/passwd')).rejects.toThrow('is no key of a leaf');
  expect(() => cache.set('../x', output('ConfigMap', 'a'))).toThrow('is no key of a leaf');
});

test('nobody else may read it, whatever the umask, the directory above or an earlier version allow', async () => {
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
  const cacheDirectory = join(directory, 'open', 'leaves');
  const earlier = key('earlier');
  await mkdir(join(cacheDirectory, earlier.slice(0, 2)), { recursive: true, mode: 0o777 });
  await writeFile(join(cacheDirectory, earlier.slice(0, 2), `${earlier}.json`), '{}', { mode: 0o666 });
  for (const path of [cacheDirectory, join(cacheDirectory, earlier.slice(0, 2))]) await chmod(path, 0o777);
  const before = process.umask(0);
  try {
    const cache = createDiskCache({ directory: cacheDirectory });
    for (const name of ['a', 'earlier too']) cache.set(key(name), output('Secret', name));
    await cache.settled();
  } finally {
    process.umask(before);
  }
  expect(await modeOf(cacheDirectory)).toBe(0o700);
  const names = (await readdir(cacheDirectory, { recursive: true })).sort();
  expect(names.filter((name) => name.endsWith('.json'))).toHaveLength(3);
  for (const name of names)
    expect(await modeOf(join(cacheDirectory, name)), name).toBe(name.includes('.') ? 0o600 : 0o700);
});

test('its owner may read it where the umask takes everything away', async () => {
  const before = process.umask(0o777);
  try {
    const cache = createDiskCache({ directory: join(directory, 'leaves') });
    cache.set(key('a'), output('Secret', 'a'));
    await cache.settled();
  } finally {
    process.umask(before);
  }
  const path = join(directory, 'leaves', key('a').slice(0, 2), `${key('a')}.json`);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});
