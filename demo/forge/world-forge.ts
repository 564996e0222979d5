import type { ForgeKind } from '../../src/forge/kinds.ts';

/** A repository as git of the demo's people reaches it. */
export interface WorldRepository {
  /** A URL or a directory. */
  readonly remote: string;
  /** What git needs to sign in there. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A request as people see it on the forge. */
export interface RequestOnForge {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly head: { readonly branch: string; readonly sha: string };
  readonly comments: readonly { readonly body: string }[];
}

/** The forge of the demo, whichever it is. */
export interface WorldForge {
  readonly kind: ForgeKind;
  /** Repositories are at `/owner/name`. */
  readonly url: string;
  /** As the worker's settings name it: `127.0.0.1:PORT`. */
  readonly host: string;
  readonly apiUrl: string;
  /** The token of Fairlead's account, which the clusters read with, too. */
  readonly token: string;
  /** Rejects when it ends by itself. */
  readonly trouble: Promise<never>;
  /** Makes an empty repository, `owner/name`. */
  createRepository(name: string): Promise<WorldRepository>;
  requests(repository: string): Promise<readonly RequestOnForge[]>;
  close(): Promise<void>;
}
