import type { Credentials } from './credentials.ts';
import type { RunGit } from './process.ts';

/** Limits in milliseconds. Past them git is ended, and the call fails as `Unavailable`. */
export interface GitTimeouts {
  /** For asking a remote what it has. */
  readonly askMs: number;
  /** For a fetch or a push as a whole. */
  readonly transferMs: number;
  /** Without a single byte from the remote; whole seconds count. */
  readonly silenceMs: number;
  /** For a command on the mirror alone. */
  readonly localMs: number;
}

export const defaultTimeouts: GitTimeouts = {
  askMs: 60_000,
  transferMs: 15 * 60_000,
  silenceMs: 60_000,
  localMs: 2 * 60_000,
};

/** What all repositories of one worker share. */
export interface GitSettings {
  readonly cacheDir: string;
  readonly credentials: Credentials | undefined;
  readonly timeouts: GitTimeouts;
  /** The worker's environment; only what git needs of it is passed on. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Told, in a sentence, what a person should know although nothing failed: a mirror that was replaced. */
  readonly notice: (sentence: string) => void;
  readonly run: RunGit;
}
