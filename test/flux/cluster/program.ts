import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RigDirectory } from './directory.ts';

/** A program of the rig while it runs. */
export interface RunningProgram {
  /** Rejects with the end of the program's log when it ends before it was asked to. */
  readonly ended: Promise<never>;
  /** Tells whether it was asked to end. */
  isStopped(): boolean;
  /** Ends it at once: what it keeps is thrown away, and an API server takes a minute to end in peace. */
  stop(): Promise<void>;
}

export interface ProgramStart {
  /** The name in messages, and of the log. */
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The user that it runs as. Default: the starter's own. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

const shownLines = 15;

/**
 * Starts a program whose output goes to a log in the directory. It has a process group of its own, so that Ctrl-C reaches
 * it through its starter alone.
 */
export function startProgram(directory: RigDirectory, { name, path, args, env, user }: ProgramStart): RunningProgram {
  const logFile = join(directory.path, `${name}.log`);
  const log = openSync(logFile, 'a');
  const home = { HOME: directory.path, TMPDIR: directory.path, PATH: process.env.PATH ?? '' };
  // By the directory in its command line the keeper knows it, whatever its flags are.
  const argv0 = join(directory.path, name);
  const stdio = ['ignore', log, log] as const;
  const child = spawn(path, args, { ...user, argv0, env: { ...home, ...env }, stdio: [...stdio], detached: true });
  closeSync(log);
  if (child.pid !== undefined) directory.keep(child.pid);
  let stopping = false;
  const exit = once(child, 'exit');
  const ended = exit.then(async ([code, signal]): Promise<never> => {
    if (stopping) return new Promise(() => undefined);
    throw new Error(`${name} ended by itself (${signal ?? `exit ${code}`}). ${await endOfLog(logFile)}`);
  });
  ended.catch(() => undefined);
  return {
    ended,
    isStopped: () => stopping,
    async stop() {
      stopping = true;
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Waits until the check answers true. Throws when the program ends or is stopped, or has not got there in 90 seconds. */
export async function untilReady(
  { name, program, directory }: { name: string; program: RunningProgram; directory: RigDirectory },
  isReady: () => Promise<boolean>,
): Promise<void> {
  const poll = async () => {
    for (const until = Date.now() + 90_000; Date.now() < until; await pause(100)) {
      if (program.isStopped()) throw new Error(`${name} was stopped before it was ready`);
      if (await isReady()) return;
    }
    const log = await endOfLog(join(directory.path, `${name}.log`));
    throw new Error(`${name} was not ready after 90 s. ${log}`);
  };
  await Promise.race([poll(), program.ended]);
}

async function endOfLog(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-shownLines);
  return `The end of its log:\n${lines.map((line) => `  ${line.slice(0, 500)}`).join('\n')}`;
}
