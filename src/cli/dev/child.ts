import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { cut } from '../../cut.ts';
import { Failure } from '../../failure.ts';

/** How a program is started. */
export interface ProgramStart {
  /** The name for messages. */
  readonly name: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The file to which its output is appended. */
  readonly logFile: string;
}

/** A program while it runs. */
export interface Child {
  readonly pid: number | undefined;
  /** Rejects with a `Failure` that has the log's last line when the process ends before it was asked to. */
  readonly ended: Promise<never>;
  /** Asks it to end, and kills it when it has not after 15 seconds. */
  stop(): Promise<void>;
}

const patienceMs = 15_000;

/** Starts a program in a process group of its own, so that Ctrl-C reaches it through the demo alone. */
export function startChild({ name, command, env, logFile }: ProgramStart): Child {
  const [program = '', ...args] = command;
  const log = openSync(logFile, 'a');
  const child = spawn(program, args, { env, stdio: ['ignore', log, log], detached: true });
  let stopping = false;
  const ended = once(child, 'exit').then(([code, signal]): never => {
    if (stopping) return undefined as never;
    throw new Failure(
      'Unavailable',
      `${name} ended by itself (${signal ?? `exit ${code}`}). Its log ${logFile} ends with:\n${lastWords(logFile)}`,
    );
  });
  ended.catch(() => undefined);
  return {
    pid: child.pid,
    ended,
    stop: async () => {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      signalGroup(child, 'SIGTERM');
      const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), patienceMs);
      await exit;
      clearTimeout(kill);
    },
  };
}

/** Answers what a program wrote last, which mostly says why it ended. */
function lastWords(logFile: string): string {
  return cut(readFileSync(logFile, 'utf8').trim().split('\n').at(-1) ?? '', 500);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
