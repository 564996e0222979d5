import { createHash, randomUUID } from 'node:crypto';
import { access, appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RepositoryUrl } from '../../platform/repository-url.ts';
import type { Commands } from '../process/commands.ts';

/** Readable, and different for URLs that differ in more than case of the host and a final `.git`. */
export function mirrorName({ kind, host, path, href }: RepositoryUrl): string {
  const key = kind === 'local' ? href : href.replace(/\.git$/, '');
  const readable = `${host}-${path}`.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+/, '');
  return `${readable.slice(-80)}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}.git`;
}

/**
 * No hooks, whatever the user's configuration says. No housekeeping of git's: it throws away what no ref leads
 * to. A fetch arrives as a pack, whole or not at all: loose objects of a broken one look like a whole commit.
 */
const mirrorConfig = `[core]
\thooksPath = /dev/null
\tfilesRefLockTimeout = 10000
[gc]
\tauto = 0
\tpruneExpire = never
[maintenance]
\tauto = false
[fetch]
\tunpackLimit = 1
`;

const identityFile = 'fairlead-mirror';

/** Creates the mirror where there is none. Answers what tells it from the next one at the same place. */
export async function ensureMirror({ dir, plumb }: Commands): Promise<string | undefined> {
  const cacheDir = dirname(dir);
  const identity = await identityOf(dir);
  if (identity !== undefined || (await directoryExists(dir))) return identity;
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  const fresh = join(cacheDir, `.new-${randomUUID()}`);
  await plumb(['init', '--quiet', '--bare', '--template=', '--object-format=sha1', '--initial-branch=main', fresh]);
  await appendFile(join(fresh, 'config'), mirrorConfig);
  await writeFile(join(fresh, identityFile), randomUUID());
  await rename(fresh, dir).catch(async (error: NodeJS.ErrnoException) => {
    // Somebody else was faster.
    await rm(fresh, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return await identityOf(dir);
}

/** Changes when the mirror is replaced; undefined: there is none, or it is damaged. */
export async function identityOf(dir: string): Promise<string | undefined> {
  try {
    return await readFile(join(dir, identityFile), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function directoryExists(dir: string): Promise<boolean> {
  return await access(dir).then(
    () => true,
    () => false,
  );
}

/** Keeps the last damaged one for whoever wants to know what happened to it. */
export async function moveAside(dir: string): Promise<void> {
  await rm(`${dir}.damaged`, { recursive: true, force: true });
  await rename(dir, `${dir}.damaged`);
}
