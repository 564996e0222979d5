import { createHash, randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import type { RepositoryUrl } from '../platform/repository-url.ts';
import { type Git, gitOn } from './commands.ts';
import { withFileLock } from './lock.ts';
import { GitExit, GitTimeout } from './process.ts';
import { gitWords } from './redact.ts';
import type { GitSettings } from './settings.ts';

/** The bare repository in the cache that stands for one remote. */
export interface Mirror {
  readonly url: RepositoryUrl;
  /**
   * Runs `work` on the mirror, creating it first where there is none. When git fails for a reason that lies
   * in the mirror, it is moved aside and `work` runs once more, on a new one; `work` fetches what it needs.
   */
  use<T>(work: (git: Git) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Runs `work` while no other activity or process that asks for it does. */
  exclusively<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** An object that must be in the mirror is not, though git did not fail over it. */
export class MissingObject extends Error {
  constructor(what: string) {
    super(`${what} is missing in the mirror`);
    this.name = 'MissingObject';
  }
}

export function createMirror(url: RepositoryUrl, settings: GitSettings): Mirror {
  const dir = join(settings.cacheDir, mirrorName(url));
  const exclusively: Mirror['exclusively'] = (work, signal) =>
    withFileLock(`${dir}.lock`, settings.timeouts.transferMs, signal, work);
  return {
    url,
    exclusively,
    async use(work, signal) {
      const git = gitOn(dir, url, settings, signal);
      const identity = await ensureMirror(dir, settings, git);
      try {
        return await work(git);
      } catch (error) {
        if (!(await isDamage(error, git))) throw asFailure(error, url);
      }
      await exclusively(async () => {
        if ((await identityOf(dir)) !== identity) return;
        await moveAside(dir);
        settings.notice(`The mirror of ${url.href} was damaged. It is in ${dir}.damaged now, and is fetched anew.`);
      }, signal);
      await ensureMirror(dir, settings, git);
      return await work(git).catch((error: unknown) => {
        throw asFailure(error, url);
      });
    },
  };
}

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

async function ensureMirror(dir: string, settings: GitSettings, git: Git): Promise<string | undefined> {
  await mkdir(settings.cacheDir, { recursive: true, mode: 0o700 });
  const identity = await identityOf(dir);
  if (identity !== undefined || (await exists(dir))) return identity;
  const fresh = join(settings.cacheDir, `.new-${randomUUID()}`);
  await git.plumb(['init', '--quiet', '--bare', '--template=', '--object-format=sha1', '--initial-branch=main', fresh]);
  await appendFile(join(fresh, 'config'), mirrorConfig);
  await writeFile(join(fresh, identityFile), randomUUID());
  await rename(fresh, dir).catch(async (error: NodeJS.ErrnoException) => {
    // Somebody else was faster.
    await rm(fresh, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return await identityOf(dir);
}

async function identityOf(dir: string): Promise<string | undefined> {
  try {
    return await readFile(join(dir, identityFile), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function exists(dir: string): Promise<boolean> {
  return await stat(dir).then(
    () => true,
    () => false,
  );
}

async function moveAside(dir: string): Promise<void> {
  await rm(`${dir}.damaged`, { recursive: true, force: true });
  await rename(dir, `${dir}.damaged`);
}

/** What the machine lacks is not the mirror's fault, and a new one would not mend it. */
const machine =
  /No space left|Disk quota|Too many open files|Cannot allocate memory|Out of memory|Permission denied|Read-only/i;

async function isDamage(error: unknown, git: Git): Promise<boolean> {
  if (error instanceof MissingObject) return true;
  if (!(error instanceof GitExit) || machine.test(error.stderr)) return false;
  if (!error.connected) return true;
  // The remote's words told nothing: the mirror is to blame only if it is not sound.
  return !(await isSound(git));
}

async function isSound(git: Git): Promise<boolean> {
  try {
    await git.plumb(['fsck', '--no-dangling', '--no-progress']);
    return true;
  } catch (error) {
    if (error instanceof GitExit) return false;
    // Too large to look through in time: then what was thrown first is what the caller learns.
    if (error instanceof GitTimeout) return true;
    throw error;
  }
}

function asFailure(error: unknown, url: RepositoryUrl): unknown {
  if (error instanceof MissingObject)
    return new Failure('Internal', `${error.message} of ${url.href}.`, { cause: error });
  if (error instanceof GitTimeout) {
    return new Failure('Internal', `git took too long on the mirror of ${url.href}: ${error.message}.`, {
      cause: error,
    });
  }
  if (!(error instanceof GitExit)) return error;
  const words = gitWords(error.stderr, []);
  return error.connected
    ? new Failure('Unavailable', `git failed with ${url.href} (exit code ${error.exitCode}): ${words}`, {
        cause: error,
      })
    : new Failure('Internal', `git failed on the mirror of ${url.href} (exit code ${error.exitCode}): ${words}`, {
        cause: error,
      });
}
