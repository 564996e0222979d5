import { createHash, randomUUID } from 'node:crypto';
import { access, appendFile, chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RepositoryUrl } from '../../platform/repository/repository-url.ts';
import type { Commands } from '../process/commands.ts';

/**
 * Names a mirror's directory: readable, and different for URLs that differ in more than the case of the host and a
 * final `.git`.
 */
export function mirrorName({ kind, host, path, href }: RepositoryUrl): string {
  const key = kind === 'local' ? href : href.replace(/\.git$/, '');
  const readable = `${host}-${path}`.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+/, '');
  return `${readable.slice(-80)}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}.git`;
}

/**
 * The configuration of every mirror. No hooks run, whatever the user's configuration says. git does no housekeeping of
 * its own, because that throws away what no ref leads to. A fetch arrives as a pack, whole or not at all, because loose
 * objects of a broken fetch look like a whole commit.
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

/** Creates the mirror where there is none. Answers its identity, as `identityOf` does. */
export async function ensureMirror({ dir, plumb }: Commands): Promise<string | undefined> {
  const cacheDir = dirname(dir);
  const identity = await identityOf(dir);
  if (identity !== undefined || (await directoryExists(dir))) return identity;
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  const fresh = join(cacheDir, `.new-${randomUUID()}`);
  await plumb(['init', '--quiet', '--bare', '--template=', '--object-format=sha1', '--initial-branch=main', fresh]);
  // What is rendered to Secrets lies in a mirror as it does on its branch; the folder above may be anybody's.
  await chmod(fresh, 0o700);
  await appendFile(join(fresh, 'config'), mirrorConfig);
  await writeFile(join(fresh, identityFile), randomUUID());
  await rename(fresh, dir).catch(async (error: NodeJS.ErrnoException) => {
    // Another process made the mirror first.
    await rm(fresh, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return await identityOf(dir);
}

/** Answers what tells a mirror from the next one at the same place; undefined: there is none, or it is damaged. */
export async function identityOf(dir: string): Promise<string | undefined> {
  try {
    return await readFile(join(dir, identityFile), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Tells whether something was fetched into the mirror yet. */
export async function hasPacks(dir: string): Promise<boolean> {
  const names = await readdir(join(dir, 'objects', 'pack')).catch(() => []);
  return names.some((name) => name.endsWith('.pack'));
}

async function directoryExists(dir: string): Promise<boolean> {
  return await access(dir).then(
    () => true,
    () => false,
  );
}

/** Moves a damaged mirror aside. The last one is kept for whoever wants to know what happened to it. */
export async function moveAside(dir: string): Promise<void> {
  await rm(`${dir}.damaged`, { recursive: true, force: true });
  await rename(dir, `${dir}.damaged`);
}
