import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { LeafCache } from '../leaf/cache.ts';
import type { LeafOutput } from '../types.ts';

/*
 * Invariants of this folder: an entry is written whole or not at all, under a name that is the digest of its request,
 * so several processes may share a directory. Outputs hold Secrets: nobody but the user of the process may read them,
 * whatever the directory above, the umask or an earlier version allow. A disk that is full, read-only or damaged costs
 * time, never a render.
 */

/** The place and the size of a cache. */
export interface DiskCacheOptions {
  /**
   * The directory of the cache, which nothing else may use. It is made when it is missing. Several processes may share
   * it.
   */
  readonly directory: string;
  /** The bytes that all entries may take together. Those that were not used for longest go first. Default: 256 MiB. */
  readonly maxBytes?: number;
  /**
   * How long an output waits before it is written, in milliseconds: whoever rendered it composes and pushes first. Default: two
   * seconds.
   */
  readonly writeAfterMs?: number;
}

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;
const DEFAULT_WRITE_AFTER_MS = 2_000;
/** The share of the limit after whose writing the entries are counted again. */
const TRIM_AFTER = 1 / 16;
/** The share of the limit to which entries are cut down where there are too many. */
const TRIM_TO = 3 / 4;
/**
 * The number of files that are written at a time: few, so that writing in the background leaves threads for the rest.
 */
const WRITES_AT_A_TIME = 2;
/** The age at which a half-written file is removed, because whoever wrote it has ended. */
const ABANDONED_MS = 3_600_000;
/** The age of an entry's mark of use from which a new mark is worth a write. */
const MARK_AFTER_MS = 600_000;

const outputSchema = z.object({
  yaml: z.string(),
  objects: z.array(z.object({ apiVersion: z.string(), kind: z.string(), namespace: z.string(), name: z.string() })),
  placeholders: z.array(z.string()).optional(),
});

/** A cache that can be waited for. */
export interface DiskCache extends LeafCache {
  /** Writes everything given so far, and waits until it is on disk, or was refused by it. */
  settled(): Promise<void>;
}

/**
 * Makes a cache that keeps outputs of leaves as files, written in the background. An entry that is damaged counts as
 * missing. Where the disk refuses, the cache remembers nothing and throws nothing.
 */
export function createDiskCache({
  directory,
  maxBytes = DEFAULT_MAX_BYTES,
  writeAfterMs = DEFAULT_WRITE_AFTER_MS,
}: DiskCacheOptions): DiskCache {
  const limit = pLimit(WRITES_AT_A_TIME);
  const pending = new Map<string, LeafOutput>();
  const waiting = new Set<string>();
  const writes = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let secured: Promise<unknown> | undefined;
  // The first write counts what earlier processes left.
  let written = Number.POSITIVE_INFINITY;
  const storeOutput = async (path: string, output: LeafOutput) => {
    const text = JSON.stringify(output);
    secured ??= secureDirectories(directory);
    await secured;
    await writeWhole(path, text);
    written += text.length;
    if (written < maxBytes * TRIM_AFTER) return;
    written = 0;
    await trimEntries(directory, maxBytes);
  };
  const writeOne = async (key: string, path: string) => {
    const output = pending.get(key);
    if (output) await ignoreErrors(() => storeOutput(path, output));
    // It may have been given once more meanwhile.
    if (!waiting.has(key)) pending.delete(key);
  };
  const writeWaiting = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const key of waiting) {
      const write = limit(() => writeOne(key, pathOf(directory, key))).finally(() => writes.delete(write));
      writes.add(write);
    }
    waiting.clear();
  };
  return {
    get: async (key) => pending.get(key) ?? ignoreErrors(() => readEntry(pathOf(directory, key))),
    set: (key, output) => {
      checkKey(key);
      pending.set(key, output);
      waiting.add(key);
      // A process that ends without waiting for its cache renders again next time.
      timer ??= setTimeout(writeWaiting, writeAfterMs).unref();
    },
    settled: async () => {
      writeWaiting();
      await Promise.all(writes);
    },
  };
}

async function readEntry(path: string): Promise<LeafOutput | undefined> {
  // Most are asked for because they are new, and an open that fails takes fifty times as long as this.
  if (!existsSync(path)) return undefined;
  const text = await readFile(path, 'utf8');
  const { mtimeMs } = await stat(path);
  if (Date.now() - mtimeMs > MARK_AFTER_MS) await utimes(path, new Date(), new Date());
  const parsed = outputSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  await rm(path, { force: true });
  return undefined;
}

/** Writes an entry beside its place and renames it, so that nobody reads half of it. */
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

/** Writes a file, and makes its directory only where it is missing, which it nearly never is. */
async function writeInto(path: string, text: string): Promise<void> {
  try {
    await writePrivate(path, text);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await makePrivate(dirname(path));
    await writePrivate(path, text);
  }
}

const privateDirectory = 0o700;
const privateFile = 0o600;

/** Takes the cache, and what an earlier version left in it, away from everybody else. */
async function secureDirectories(directory: string): Promise<void> {
  await makePrivate(directory);
  for (const entry of await readdir(directory, { withFileTypes: true }))
    if (entry.isDirectory()) await chmod(join(directory, entry.name), privateDirectory);
}

/** Makes a directory, and sets its mode, from which the umask has taken something away or which was there before. */
async function makePrivate(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: privateDirectory });
  await chmod(directory, privateDirectory);
}

async function writePrivate(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', privateFile);
  try {
    await file.chmod(privateFile);
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** Answers the path of an entry. Throws what `checkKey` throws. */
function pathOf(directory: string, key: string): string {
  checkKey(key);
  return join(directory, key.slice(0, 2), `${key}.json`);
}

/** Throws `RangeError` for a key that is no digest: nothing else becomes a path. */
function checkKey(key: string): void {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new RangeError(`${JSON.stringify(key)} is no key of a leaf`);
}

async function trimEntries(directory: string, maxBytes: number): Promise<void> {
  const names = await readdir(directory, { recursive: true });
  const entries = [];
  for (const name of names) {
    const path = join(directory, name);
    // Another process may have removed it in the meantime.
    const info = await ignoreErrors(() => stat(path));
    if (!info?.isFile()) continue;
    if (name.endsWith('.tmp') && Date.now() - info.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
    else {
      if ((info.mode & 0o777) !== privateFile) await ignoreErrors(() => chmod(path, privateFile));
      entries.push({ path, size: info.size, used: info.mtimeMs });
    }
  }
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total <= maxBytes) return;
  for (const { path, size } of entries.sort((a, b) => a.used - b.used)) {
    if (total <= maxBytes * TRIM_TO) return;
    await rm(path, { force: true });
    total -= size;
  }
}

/** Answers undefined where the disk or an entry's content refuses: to a cache that is the same as never stored. */
async function ignoreErrors<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}
