import { join } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import { untilAborted } from '../../async/until-aborted.ts';
import { Failure } from '../../failure.ts';
import { withFileLock } from '../../file-lock.ts';
import type { RepositoryUrl } from '../../platform/repository/repository-url.ts';
import { type Git, gitOn } from '../process/commands.ts';
import { GitExit, GitTimeout, type RunGit } from '../process/process.ts';
import { gitWords } from '../process/redact.ts';
import type { GitSettings } from '../process/settings.ts';
import type { CachesByMirror } from './caches.ts';
import { ensureMirror, hasPacks, identityOf, mirrorName, moveAside } from './mirror-directory.ts';

/**
 * The bare repository in the cache that stands for one remote. These hold:
 *
 * - Nothing in it is the only copy: it may be deleted, damaged or replaced at any time, and is made again.
 * - Several activities and processes use it at once. Only fetches exclude each other, by a lock file beside it. One that
 *   has begun goes on when its step is ended, or a large repository would never arrive while steps come and go. One that takes long
 *   keeps nobody who wants something else: what somebody pushes to one branch may take git a quarter of an hour.
 * - Objects are never pruned, because a commit that is not pushed yet has no ref.
 */
export interface Mirror {
  readonly url: RepositoryUrl;
  /**
   * Opens the mirror for one step, which `signal` ends. Its identity is read first, and again after an error. `givesWay`: git
   * lets go first whatever the machine does for others.
   */
  open(signal?: AbortSignal, givesWay?: boolean): UseMirror;
  /** Runs `work` after that of all activities of this process that asked before with the same key, unless aborted. */
  inTurn<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/**
 * Runs `work` on the mirror, and creates the mirror first where there is none. When git fails for a reason that lies
 * in the mirror, the mirror is moved aside and `work` runs once more, on a new one; `work` fetches what it needs.
 */
export type UseMirror = <T>(work: (git: Git) => Promise<T>) => Promise<T>;

/** The mirror lacks an object that it must have, although git did not fail over it. */
export class MissingObject extends Error {
  constructor(what: string) {
    super(`${what} is missing in the mirror`);
    this.name = 'MissingObject';
  }
}

/** The mirror that was there when it was opened. */
interface OpenedMirror {
  /** Undefined: it was damaged. */
  readonly identity: string | undefined;
  readonly git: Git;
}

/** Makes the mirror of a repository in the cache directory of the settings. Nothing is read or connected to yet. */
export function createMirror(url: RepositoryUrl, settings: GitSettings, memories: CachesByMirror): Mirror {
  const dir = join(settings.cacheDir, mirrorName(url));
  const { timeouts } = settings;
  /** What is brought now by this process. */
  const underWay = new Map<string, number>();
  const withMirrorLock = async <T>(
    work: (isHeld: boolean) => Promise<T>,
    wanted: readonly string[] | undefined,
    signal: AbortSignal | undefined,
  ) => {
    const isWaitedFor = wanted === undefined || wanted.some((each) => underWay.has(each)) || !(await hasPacks(dir));
    const patienceMs = isWaitedFor ? timeouts.transferMs : Math.min(timeouts.othersMs, timeouts.transferMs);
    return withFileLock(`${dir}.lock`, (isHeld) => counted(underWay, wanted ?? [], () => work(isHeld)), {
      patienceMs,
      signal,
    });
  };
  const turns = new Map<string, LimitFunction>();

  /** Moves the mirror aside where the error lies in it, unless it was replaced already. Throws what lies elsewhere. */
  async function replaceDamaged({ identity, git }: OpenedMirror, error: unknown) {
    const isUnchanged = async () => (await identityOf(dir)) === identity;
    const isItsFault = isSuspicious(error) && (!(await isUnchanged()) || (await isDamage(error, git)));
    if (!isItsFault) throw gitFailure(error, url);
    await git.exclusively(async () => {
      if (!(await isUnchanged())) return;
      await moveAside(dir);
      settings.notice(`The mirror of ${url.href} was damaged. It is in ${dir}.damaged now, and is fetched anew.`);
    });
  }

  return {
    url,
    inTurn(key, work, signal) {
      const turn = turns.get(key) ?? pLimit(1);
      turns.set(key, turn);
      const waited = async () => {
        signal?.throwIfAborted();
        return work();
      };
      return untilAborted(turn(waited), signal);
    },
    open(signal, givesWay = false) {
      const paced = givesWay ? { ...settings, run: givingWay(settings.run) } : settings;
      const commands = gitOn({ dir, url }, paced, signal);
      const lifetime = settings.lifetime ?? signal;
      const lasting = gitOn({ dir, url }, paced, lifetime);
      const openMirror = async (): Promise<OpenedMirror> => {
        const identity = await ensureMirror(commands);
        const caches = memories(identity);
        const exclusively: Git['exclusively'] = (work, wanted) => {
          const locked = async (isAlone: boolean) => {
            signal?.throwIfAborted();
            return work({ ...lasting, caches, timeouts, signal: lifetime, exclusively, isAlone });
          };
          return untilAborted(withMirrorLock(locked, wanted, signal), signal);
        };
        return { identity, git: { ...commands, caches, timeouts, signal, exclusively, isAlone: false } };
      };
      let found: Promise<OpenedMirror> | undefined;
      return async (work) => {
        signal?.throwIfAborted();
        found ??= openMirror();
        const before = found;
        try {
          const { git } = await before;
          return await work(git);
        } catch (error) {
          if (found === before) found = undefined;
          await replaceDamaged(await before, error);
        }
        found ??= openMirror();
        const { git } = await found;
        return await work(git).catch((error: unknown) => {
          throw gitFailure(error, url);
        });
      };
    },
  };
}

/** Runs `work`, and counts meanwhile what it is about. */
async function counted<T>(counts: Map<string, number>, names: readonly string[], work: () => Promise<T>): Promise<T> {
  const add = (name: string, more: number) => {
    const count = (counts.get(name) ?? 0) + more;
    if (count > 0) counts.set(name, count);
    else counts.delete(name);
  };
  for (const name of names) add(name, 1);
  try {
    return await work();
  } finally {
    for (const name of names) add(name, -1);
  }
}

function givingWay(run: RunGit): RunGit {
  return (command) => run({ ...command, givesWay: true });
}

/** git's words about what the machine lacks: that is not the mirror's fault, and a new one would not mend it. */
const machineWords =
  /No space left|Disk quota|Too many open files|Cannot allocate memory|Out of memory|Permission denied|Read-only/i;

function isSuspicious(error: unknown): error is GitExit | MissingObject {
  return error instanceof MissingObject || (error instanceof GitExit && !machineWords.test(error.stderr));
}

async function isDamage(error: GitExit | MissingObject, git: Git): Promise<boolean> {
  if (error instanceof MissingObject || !error.connected) return true;
  // The remote's words tell nothing: the mirror is to blame only if it is not sound.
  return !(await isSound(git));
}

async function isSound(git: Git): Promise<boolean> {
  try {
    await git.plumb(['fsck', '--no-dangling', '--no-progress']);
    return true;
  } catch (error) {
    if (error instanceof GitExit) return false;
    // The mirror is too large to be checked in time: the caller gets the first error.
    if (error instanceof GitTimeout) return true;
    throw error;
  }
}

function gitFailure(error: unknown, url: RepositoryUrl): unknown {
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
