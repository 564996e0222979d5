import type { Credentials } from './credentials.ts';
import type { RunGit } from './process.ts';

/** Limits in milliseconds. Past them git is ended, and the call throws `Failure` `Unavailable`. */
export interface GitTimeouts {
  /** The time for asking a remote what it has. */
  readonly askMs: number;
  /** The time for a fetch or a push as a whole. */
  readonly transferMs: number;
  /** The time without a single byte from the remote; whole seconds count. */
  readonly silenceMs: number;
  /** The time for a command on the mirror alone. */
  readonly localMs: number;
  /** The time for what is fetched beside what is asked for, or for others: who needs it asks for it alone. */
  readonly asideMs: number;
  /** How long a fetch waits for one of something else, before it goes on beside it. */
  readonly othersMs: number;
}

/** The limits where a caller sets no others. */
export const defaultTimeouts: GitTimeouts = {
  askMs: 60_000,
  transferMs: 15 * 60_000,
  silenceMs: 60_000,
  localMs: 2 * 60_000,
  asideMs: 30_000,
  othersMs: 10_000,
};

/** What all repositories of one worker share. */
export interface GitSettings {
  readonly cacheDir: string;
  readonly credentials: Credentials | undefined;
  readonly timeouts: GitTimeouts;
  /** The worker's environment. Only what git needs of it is passed on. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Is told, in a sentence, what a person should know although nothing failed: that a mirror was replaced. */
  readonly notice: (sentence: string) => void;
  readonly run: RunGit;
  /** How far the remote may be behind what was said of it, in milliseconds. Default: what it does not have is not waited for. */
  readonly lagMs?: number | undefined;
  /** Ends what others may wait for, too. Default: it ends with the step that began it. */
  readonly lifetime?: AbortSignal;
}
