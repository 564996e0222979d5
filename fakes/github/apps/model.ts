import type { KeyObject } from 'node:crypto';

/** What an App or a token may do, in GitHub's words: `contents: write`. */
export type Grants = Readonly<Record<string, string>>;

/** An App of the stand-in. */
export interface AppAccount {
  readonly id: number;
  readonly clientId: string;
  readonly slug: string;
  readonly publicKey: KeyObject;
  readonly installations: AppInstallation[];
}

/** An App as an owner of repositories has installed it; what a person may change is mutable. */
export interface AppInstallation {
  readonly id: number;
  readonly owner: string;
  readonly createdAt: string;
  /** Names of the owner's repositories; `all`: every one. */
  repositories: readonly string[] | 'all';
  permissions: Grants;
  suspendedAt: string | null;
  /** By the token. */
  readonly tokens: Map<string, InstallationToken>;
}

/** What a token of an installation reaches, and until when. */
export interface InstallationToken {
  readonly repositories: readonly string[] | 'all';
  readonly permissions: Grants;
  readonly expiresAtMs: number;
}

/** An App that a test registers. */
export interface NewApp {
  readonly id: number;
  readonly clientId?: string;
  readonly slug?: string;
  readonly publicKey: KeyObject;
}

/** An installation that a test makes, or what it changes of one. */
export interface InstallationChange {
  readonly repositories?: readonly string[] | 'all';
  readonly permissions?: Grants;
  readonly suspendedAt?: string | null;
}
