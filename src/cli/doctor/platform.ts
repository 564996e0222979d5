import { setMaxListeners } from 'node:events';
import type { Failure } from '../../failure.ts';
import type { AskingAccess, Fleet } from '../../fleet/types.ts';
import type { ObjectReader } from '../../fleet/verify/types.ts';
import type { Forges } from '../../forge/port.ts';
import type { GitRepositories } from '../../git/repository.ts';
import type { BranchLeaves } from '../../gitops/leaves/leaves.ts';
import type { Environment } from '../../platform/types.ts';
import type { Settings } from '../../settings/settings.ts';

/** What asks clusters. */
export type Clusters = Fleet & ObjectReader & AskingAccess;

/** Which platform is asked about. */
export interface PlatformOrder {
  /** URL of the source repository; undefined: nobody named one. */
  readonly url: string | undefined;
  /** The only environment to look at; undefined: all. */
  readonly environment: string | undefined;
}

/** The parts by which a platform is asked; steps are made of the same. */
export interface DoctorParts {
  readonly settings: Settings;
  readonly repositories: GitRepositories;
  readonly forges: Forges;
  /** Or why what asks clusters cannot be loaded. */
  readonly clusters: Clusters | Failure;
  /** The time for each check, in milliseconds. */
  readonly limitMs: number;
}

/** Opens repositories for one check: what git does for it ends with it. */
export function during(repositories: GitRepositories, signal: AbortSignal): GitRepositories {
  return { open: (url, _, options) => repositories.open(url, signal, options) };
}

/** One environment of a platform. */
export interface EnvironmentOrder {
  /** URL of the source repository. */
  readonly source: string;
  readonly environment: Environment;
}

/** What its GitOps branch says of an environment. */
export interface GitopsNow {
  readonly head: string;
  /** The main commit that the branch was rendered from; undefined: nothing is there yet. */
  readonly main: string | undefined;
  readonly leaves: BranchLeaves | undefined;
  /** The number of the latest request that was recorded. */
  readonly request: number | undefined;
}

/** Something that one check finds out and others wait for; undefined: it could not. */
export interface Shared<T> {
  readonly found: Promise<T | undefined>;
  /** Does the work that finds it. Whatever becomes of that, nobody waits longer than until the signal is aborted. */
  finding(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Makes something to be found once. */
export function shared<T>(): Shared<T> {
  let tell: (found: T | undefined) => void = () => undefined;
  const found = new Promise<T | undefined>((resolve) => {
    tell = resolve;
  });
  return {
    found,
    async finding(signal, work) {
      setMaxListeners(0, signal);
      signal.addEventListener('abort', () => tell(undefined), { once: true });
      try {
        const it = await work();
        tell(it);
        return it;
      } catch (error) {
        tell(undefined);
        throw error;
      }
    },
  };
}
