import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '../../programs/cache.ts';
import { isObject } from '../../shape.ts';
import type { Io } from '../io.ts';

/** Names that commands have come across, newest first: completion asks nobody, and offers these. */
export interface SeenNames {
  readonly environments: readonly string[];
  /** The ids of operations. */
  readonly ids: readonly string[];
}

const mostKept = { environments: 100, ids: 50 } as const;
/** What stops a note from being kept: a cache that cannot be written is no reason for a command to fail. */
const unwritable: ReadonlySet<string | undefined> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'ENOTDIR',
  'ENOENT',
]);

/** Answers the names that were seen; none where nothing of that can be read. */
export async function seenNames({ env }: Pick<Io, 'env'>): Promise<SeenNames> {
  const text = await readFile(fileOf(env), 'utf8').catch(() => '{}');
  const written = parsed(text);
  return { environments: namesIn(written, 'environments'), ids: namesIn(written, 'ids') };
}

/** Notes names for the completion, where there is a cache already. */
export async function noteSeen({ env }: Pick<Io, 'env'>, names: Partial<SeenNames>): Promise<void> {
  const before = await seenNames({ env });
  const join = (key: keyof SeenNames) => [...new Set([...(names[key] ?? []), ...before[key]])].slice(0, mostKept[key]);
  const now: SeenNames = { environments: join('environments'), ids: join('ids') };
  if (JSON.stringify(now) === JSON.stringify(before)) return;
  const file = fileOf(env);
  try {
    await writeFile(`${file}.${process.pid}`, JSON.stringify(now));
    await rename(`${file}.${process.pid}`, file);
  } catch (error) {
    if (!unwritable.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}

function fileOf(env: NodeJS.ProcessEnv): string {
  return join(cacheDirectory(env), 'completion.json');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Half a file is as good as none.
    return {};
  }
}

function namesIn(written: unknown, key: keyof SeenNames): readonly string[] {
  const list = isObject(written) ? written[key] : undefined;
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}
