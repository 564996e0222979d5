import type { Environment } from '../../platform/types.ts';

export interface CommitRef {
  readonly source: string;
  /** Full sha on main. */
  readonly commit: string;
}

export interface PlatformSnapshot {
  readonly name: string;
  readonly subject: string;
  readonly stages: readonly (readonly string[])[];
}

export interface EnvironmentRef {
  readonly source: string;
  readonly environment: string;
  /** The main commit whose fairlead.yaml counts; undefined: main's head. */
  readonly commit?: string;
}

export interface EnvironmentSnapshot
  extends Pick<Environment, 'gitops' | 'merge' | 'soakMs' | 'rolloutTimeoutMs' | 'onFailure' | 'whenNewer'> {
  /** Full sha at the head of the config branch. */
  readonly config: string;
}

export interface ConfigSnapshot {
  /** Head of the config branch: the commit itself, or newer. */
  readonly head: string;
  readonly subject: string;
}

/** Steps that read the source repository. */
export interface SourceActivities {
  readPlatform(ref: CommitRef): Promise<PlatformSnapshot>;
  readConfig(ref: EnvironmentRef & { readonly config: string }): Promise<ConfigSnapshot>;
  readEnvironment(ref: EnvironmentRef): Promise<EnvironmentSnapshot>;
}
