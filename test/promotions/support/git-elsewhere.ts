import type { Command, Output, RunGit } from '../../../src/git/process/process.ts';
import { AskedProcess } from '../../model/rig/asked-process.ts';

export interface GitQuestion {
  /** By which it is told that the command is cancelled. */
  readonly key: number;
  readonly command: Omit<Command, 'signal'>;
}

/** One of both. */
export interface GitAnswer {
  readonly output?: Output;
  readonly error?: {
    readonly kind: 'timeout' | 'flood' | 'other';
    readonly message: string;
    readonly code?: string | undefined;
    /** The limit, in milliseconds or in bytes. */
    readonly limit?: number;
  };
}

type RunnerModule = typeof import('../../../src/git/process/process.ts');

let started: AskedProcess<GitQuestion, GitAnswer> | undefined;
let last = 0;

/** Starts the process of this file's tests, once. */
function smallProcess(): AskedProcess<GitQuestion, GitAnswer> {
  started ??= new AskedProcess<GitQuestion, GitAnswer>(new URL('git-process.ts', import.meta.url), [], {
    serialization: 'advanced',
    execArgv: ['--import', import.meta.resolve('tsx')],
  });
  return started;
}

/** Makes a runner that behaves as the module's own, whose gits are started by the small process. */
export function runElsewhere(runner: RunnerModule): RunGit {
  return async ({ signal, ...command }) => {
    signal?.throwIfAborted();
    const asked = smallProcess();
    last += 1;
    const key = last;
    const abort = () => asked.tell({ abort: key });
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const { output, error } = await asked.ask({ key, command });
      if (output) return { ...output, stdout: Buffer.from(output.stdout) };
      signal?.throwIfAborted();
      throw read(error, command.args[0] ?? '', runner);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  };
}

function read(error: GitAnswer['error'], name: string, { GitTimeout, GitFlood }: RunnerModule): Error {
  const { kind, message, code, limit = 0 } = error ?? { kind: 'other', message: 'git gave no answer' };
  if (kind === 'timeout') return new GitTimeout(name, limit);
  if (kind === 'flood') return new GitFlood(name, limit);
  return Object.assign(new Error(message), code !== undefined && { code });
}
