import type { Environment } from '../../platform/types.ts';

/** Names a main commit. */
export interface CommitRef {
  /** URL of the source repository. */
  readonly source: string;
  /** Full sha on main. */
  readonly commit: string;
}

/** The part of the Platform file at a promotion's commit that the promotion needs. */
export interface PlatformSnapshot {
  readonly name: string;
  /** The first line of the commit's message. */
  readonly subject: string;
  readonly stages: readonly (readonly string[])[];
}

/** Names an environment. */
export interface EnvironmentRef {
  readonly source: string;
  readonly environment: string;
  /** The main commit whose fairlead.yaml counts; undefined: main's head. */
  readonly commit?: string;
}

/** The policy of an environment, as its config branch says now. An older Fairlead read no `verify`. */
export interface EnvironmentSnapshot
  extends Pick<Environment, 'gitops' | 'merge' | 'soakMs' | 'rolloutTimeoutMs' | 'onFailure' | 'whenNewer'>,
    Partial<Pick<Environment, 'verify'>> {
  /** The head of the config branch, a full sha. */
  readonly config: string;
}

/** The head of a config branch that contains the commit that was asked about. */
export interface ConfigSnapshot {
  /** The commit itself, or a newer one. */
  readonly head: string;
  /** The first line of the head's message. */
  readonly subject: string;
}

/** Steps that read the source repository. */
export interface SourceActivities {
  /** Reads the Platform file at a main commit, which must be on main. */
  readPlatform(ref: CommitRef): Promise<PlatformSnapshot>;
  /** Reads the head of a config branch, which must contain the config commit. */
  readConfig(ref: EnvironmentRef & { readonly config: string }): Promise<ConfigSnapshot>;
  /** Reads an environment's policy at the head of its config branch. */
  readEnvironment(ref: EnvironmentRef): Promise<EnvironmentSnapshot>;
}
