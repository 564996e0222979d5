import type { Command, Output } from '../process/process.ts';

/** Asks the launcher to run git. */
export interface LaunchQuestion {
  /** By which the launcher is told that the command is cancelled. */
  readonly key: number;
  readonly command: Omit<Command, 'signal'>;
}

/** Tells the launcher to end what it runs under this key. */
export interface LaunchAbort {
  readonly abort: number;
}

/** What came of a command: one of both. */
export interface LaunchAnswer {
  readonly output?: Output;
  readonly error?: LaunchError;
}

/** An error of the runner, as it travels between processes. */
export interface LaunchError {
  readonly kind: 'timeout' | 'flood' | 'greed' | 'other';
  readonly message: string;
  /** The system's code, such as `ENOENT`. */
  readonly code?: string | undefined;
  /** The limit, in milliseconds or in bytes. */
  readonly limit?: number;
}
