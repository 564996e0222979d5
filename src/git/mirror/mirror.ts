import { join } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import { Failure } from '../../failure.ts';
import { withFileLock } from '../../file-lock.ts';
import type { RepositoryUrl } from '../../platform/repository-url.ts';
import { type Commands, type Git, gitOn } from '../process/commands.ts';
import { GitExit, GitTimeout } from '../process/process.ts';
import { gitWords } from '../process/redact.ts';
import type { GitSettings } from '../process/settings.ts';
import type { Memories } from './caches.ts';
import { ensureMirror, identityOf, mirrorName, moveAside } from './mirror-directory.ts';

/** The bare repository in the cache that stands for one remote. */
export interface Mirror {
  readonly url: RepositoryUrl;
  /** For one step, which `signal` ends. Which mirror is there is looked at first, and again after an error. */
  open(signal?: AbortSignal): Use;
  /** Runs `work` while no other activity or process that asks for it does. */
  exclusively<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Runs `work` after that of all activities of this process that asked before with the same key. */
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/**
 * Runs `work` on the mirror, creating it first where there is none. When git fails for a reason that lies
 * in the mirror, it is moved aside and `work` runs once more, on a new one; `work` fetches what it needs.
 */
export type Use = <T>(work: (git: Git) => Promise<T>) => Promise<T>;

/** An object that must be in the mirror is not, though git did not fail over it. */
export class MissingObject extends Error {
  constructor(what: string) {
    super(`${what} is missing in the mirror`);
    this.name = 'MissingObject';
  }
}

export function createMirror(url: RepositoryUrl, settings: GitSettings, memories: Memories): Mirror {
  const dir = join(settings.cacheDir, mirrorName(url));
  const exclusively: Mirror['exclusively'] = (work, signal) =>
    withFileLock(`${dir}.lock`, work, { patienceMs: settings.timeouts.transferMs, signal });
  const turns = new Map<string, LimitFunction>();

  /** Moves the mirror that had `identity` aside, where what failed on it lies in it. Throws what lies elsewhere. */
  async function replace(identity: string | undefined, error: unknown, commands: Commands, signal?: AbortSignal) {
    const isStill = async () => (await identityOf(dir)) === identity;
    const isItsFault = isSuspicious(error) && (!(await isStill()) || (await isDamage(error, commands)));
    if (!isItsFault) throw asFailure(error, url);
    await exclusively(async () => {
      if (!(await isStill())) return;
      await moveAside(dir);
      settings.notice(`The mirror of ${url.href} was damaged. It is in ${dir}.damaged now, and is fetched anew.`);
    }, signal);
  }

  return {
    url,
    exclusively,
    inTurn(key, work) {
      const turn = turns.get(key) ?? pLimit(1);
      turns.set(key, turn);
      return turn(work);
    },
    open(signal) {
      const commands = gitOn(dir, url, settings, signal);
      const look = async () => {
        const identity = await ensureMirror(commands);
        return { identity, git: { ...commands, caches: memories(identity) } };
      };
      let found: ReturnType<typeof look> | undefined;
      return async (work) => {
        signal?.throwIfAborted();
        found ??= look();
        const before = found;
        try {
          const { git } = await before;
          return await work(git);
        } catch (error) {
          if (found === before) found = undefined;
          await replace((await before).identity, error, commands, signal);
        }
        found ??= look();
        const { git } = await found;
        return await work(git).catch((error: unknown) => {
          throw asFailure(error, url);
        });
      };
    },
  };
}

/** What the machine lacks is not the mirror's fault, and a new one would not mend it. */
const machine =
  /No space left|Disk quota|Too many open files|Cannot allocate memory|Out of memory|Permission denied|Read-only/i;

function isSuspicious(error: unknown): error is GitExit | MissingObject {
  return error instanceof MissingObject || (error instanceof GitExit && !machine.test(error.stderr));
}

async function isDamage(error: GitExit | MissingObject, git: Commands): Promise<boolean> {
  if (error instanceof MissingObject || !error.connected) return true;
  // The remote's words told nothing: the mirror is to blame only if it is not sound.
  return !(await isSound(git));
}

async function isSound(git: Commands): Promise<boolean> {
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
