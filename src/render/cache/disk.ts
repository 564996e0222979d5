import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { LeafCache } from '../leaf/cache.ts';
import type { LeafOutput } from '../types.ts';

export interface DiskCacheOptions {
  /** Made when it is missing; only this cache may own it. Several processes may share it. */
  readonly directory: string;
  /** What all entries may take together; the ones unused for longest go first. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;
/** Entries are counted again after this share of the limit was written, and then cut down to `ROOM_LEFT`. */
const TRIM_AFTER = 1 / 16;
const ROOM_LEFT = 3 / 4;
/** Few, so that a background task leaves threads to the others. */
const WRITES_AT_A_TIME = 2;
const ABANDONED_MS = 3_600_000;
/** Marking an entry as used is only worth a write when its mark is old. */
const MARK_AFTER_MS = 600_000;

const schema = z.object({
  yaml: z.string(),
  objects: z.array(z.object({ apiVersion: z.string(), kind: z.string(), namespace: z.string(), name: z.string() })),
});

/** A cache that can be waited for. */
export interface DiskCache extends LeafCache {
  /** Resolves when everything given so far is on disk, or was refused by it. */
  settled(): Promise<void>;
}

/**
 * Keeps outputs of leaves as files, written in the background. Entries are written whole or not at all; one that is
 * damaged counts as missing. It never fails a render: where the disk refuses, it remembers nothing.
 */
export function createDiskCache({ directory, maxBytes = DEFAULT_MAX_BYTES }: DiskCacheOptions): DiskCache {
  const limit = pLimit(WRITES_AT_A_TIME);
  const pending = new Map<string, LeafOutput>();
  const writes = new Set<Promise<void>>();
  // The first write looks how much an earlier process left.
  let written = Number.POSITIVE_INFINITY;
  const store = async (path: string, output: LeafOutput) => {
    const text = JSON.stringify(output);
    await writeWhole(path, text);
    written += text.length;
    if (written < maxBytes * TRIM_AFTER) return;
    written = 0;
    await trim(directory, maxBytes);
  };
  return {
    get: async (key) => pending.get(key) ?? orNothing(() => read(pathOf(directory, key))),
    set: (key, output) => {
      const path = pathOf(directory, key);
      pending.set(key, output);
      const write = limit(async () => {
        await orNothing(() => store(path, output));
        pending.delete(key);
        writes.delete(write);
      });
      writes.add(write);
    },
    settled: async () => void (await Promise.all(writes)),
  };
}

async function read(path: string): Promise<LeafOutput | undefined> {
  const text = await readFile(path, 'utf8');
  const { mtimeMs } = await stat(path);
  if (Date.now() - mtimeMs > MARK_AFTER_MS) await utimes(path, new Date(), new Date());
  const parsed = schema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  await rm(path, { force: true });
  return undefined;
}

/** A rename puts the entry in place at once, so that nobody reads half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeInto(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Nearly always the directory is there already. */
async function writeInto(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

/** Keys are hexadecimal digests: nothing else becomes a path. */
function pathOf(directory: string, key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new RangeError(`${JSON.stringify(key)} is no key of a leaf`);
  return join(directory, key.slice(0, 2), `${key}.json`);
}

async function trim(directory: string, maxBytes: number): Promise<void> {
  const names = await readdir(directory, { recursive: true });
  const entries = [];
  for (const name of names) {
    const path = join(directory, name);
    // Another process may have removed it in the meantime.
    const info = await orNothing(() => stat(path));
    if (!info?.isFile()) continue;
    if (name.endsWith('.tmp') && Date.now() - info.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
    else entries.push({ path, size: info.size, used: info.mtimeMs });
  }
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total <= maxBytes) return;
  for (const { path, size } of entries.sort((a, b) => a.used - b.used)) {
    if (total <= maxBytes * ROOM_LEFT) return;
    await rm(path, { force: true });
    total -= size;
  }
}

/** A cache is a convenience: what its disk or its content refuses is the same as never stored. */
async function orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}
