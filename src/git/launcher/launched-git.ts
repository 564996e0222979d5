import { Failure } from '../../failure.ts';
import { entryModule } from '../../programs/entry-module.ts';
import { type Command, GitFlood, GitGreed, GitTimeout, type RunGit } from '../process/process.ts';
import { AskedProcess } from './asked-process.ts';
import type { LaunchAnswer, LaunchError, LaunchQuestion } from './messages.ts';

/** A runner of git, and what lets go of its process. */
export interface LaunchedGit {
  readonly run: RunGit;
  close(): void;
}

/**
 * Makes a runner whose gits are started by a small process of its own, with the first command. To start a program, the system copies the
 * tables of the process that asks: for one with Temporal's worker that takes longer than git does, and nothing else goes on
 * meanwhile. A launcher that has ended is replaced; who waited for it gets `Failure` Unavailable.
 */
export function createLaunchedGit(): LaunchedGit {
  let launcher: AskedProcess<LaunchQuestion, LaunchAnswer> | undefined;
  let last = 0;
  const presentLauncher = () => {
    if (!launcher?.isThere) launcher = startLauncher();
    return launcher;
  };
  return {
    run: async ({ signal, ...command }) => {
      signal?.throwIfAborted();
      const asked = presentLauncher();
      last += 1;
      const key = last;
      const abort = () => asked.tell({ abort: key });
      signal?.addEventListener('abort', abort, { once: true });
      try {
        const { output, error } = await asked.ask({ key, command }).catch(throwGone);
        if (output) return { ...output, stdout: bufferOf(output.stdout) };
        signal?.throwIfAborted();
        throw read(error, command);
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    close: () => launcher?.close(),
  };
}

function startLauncher(): AskedProcess<LaunchQuestion, LaunchAnswer> {
  const { url, execArgv } = entryModule('launcher', import.meta.url);
  return new AskedProcess(url, [], {
    serialization: 'advanced',
    execArgv: [...execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

function throwGone(error: Error): never {
  throw new Failure(
    'Unavailable',
    `The process that starts git for this worker is gone: ${error.message}. Another one is started, and what it ran is tried again.`,
    { cause: error, isOfWorker: true },
  );
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function read(error: LaunchError | undefined, { args: [name = ''] }: Pick<Command, 'args'>): Error {
  const { kind, message, code, limit = 0 } = error ?? { kind: 'other', message: 'git gave no answer' };
  if (kind === 'timeout') return new GitTimeout(name, limit);
  if (kind === 'flood') return new GitFlood(name, limit);
  if (kind === 'greed') return new GitGreed(name, limit);
  return Object.assign(new Error(message), code !== undefined && { code });
}
