import { resolve } from 'node:path';
import { checkRepositoryUrl, type RepositoryUrl } from '../platform/repository/repository-url.ts';
import type { StepSight } from './heads/remote-heads.ts';
import { createRemoteMemory } from './heads/remote-memory.ts';
import type { CommitAuthor } from './identity.ts';
import { createCaches } from './mirror/caches.ts';
import { createMirror, type Mirror } from './mirror/mirror.ts';
import { mirrorName } from './mirror/mirror-directory.ts';
import { mirroredRepository } from './mirror/mirrored-repository.ts';
import type { Credentials } from './process/credentials.ts';
import { createGitRunner, type RunGit } from './process/process.ts';
import { defaultTimeouts, type GitSettings, type GitTimeouts } from './process/settings.ts';
import type { GitRepositories } from './repository.ts';
import type { CommitSigning } from './signing/sign-commit.ts';

/** What the repositories of a worker or a command share. */
export interface GitOptions {
  /** The directory of the mirrors, which is created when it is missing. Several processes may share it. */
  readonly cacheDir: string;
  readonly credentials?: Credentials;
  /** Who Fairlead is in the commits that it builds. Default: `botIdentity`. */
  readonly author?: CommitAuthor | undefined;
  /** Who signs the commits that are written. Default: nobody. */
  readonly signing?: CommitSigning;
  readonly timeouts?: Partial<GitTimeouts>;
  /**
   * For how long, in milliseconds, a step looks again for a commit that somebody has named and the remote does not have. Default: not at all.
   */
  readonly lagMs?: number;
  /** The main branch of every repository, whatever its HEAD says. */
  readonly mainBranch?: string;
  /** The environment that git's own is made from. Default: this process's. */
  readonly environment?: Readonly<NodeJS.ProcessEnv>;
  /** Is told, in a sentence, when a damaged mirror was replaced. */
  readonly notice?: (sentence: string) => void;
  /** Starts git. Default: as a child of this process. */
  readonly run?: RunGit;
  /**
   * Ends whatever git is still doing. Where it is given, a fetch that has begun is not ended with its step: the next step
   * finds what it has brought. Default: everything ends with its step.
   */
  readonly lifetime?: AbortSignal;
}

/** Opens repositories by URL, each through one bare mirror in the cache. Opening connects to nothing. */
export function createGitRepositories(options: GitOptions): GitRepositories {
  const settings: GitSettings = {
    cacheDir: resolve(options.cacheDir),
    credentials: options.credentials,
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    environment: options.environment ?? process.env,
    notice: options.notice ?? (() => undefined),
    run: options.run ?? createGitRunner(),
    lagMs: options.lagMs,
    lifetime: options.lifetime,
  };
  const memories = createCaches();
  const mirrors = new Map<string, Mirror>();
  const memory = createRemoteMemory();
  const { mainBranch, signing, author } = options;
  const sights = new WeakMap<AbortSignal, Map<string, StepSight>>();
  const sightOf = (step: AbortSignal, name: string): StepSight => {
    const seen = sights.get(step) ?? new Map<string, StepSight>();
    const sight = seen.get(name) ?? { heads: new Map() };
    sights.set(step, seen.set(name, sight));
    return sight;
  };
  return {
    open(url, signal, { givesWay = false } = {}) {
      const address = absoluteUrl(checkRepositoryUrl(url));
      const name = mirrorName(address);
      const mirror = mirrors.get(name) ?? createMirror(address, settings, memories);
      mirrors.set(name, mirror);
      const sight = signal && sightOf(signal, name);
      const known = { memory, sight, mainBranch, givesWay, signing, author };
      return mirroredRepository(mirror, known, signal);
    },
  };
}

function absoluteUrl(url: RepositoryUrl): RepositoryUrl {
  return url.kind === 'local' ? checkRepositoryUrl(resolve(url.href)) : url;
}
