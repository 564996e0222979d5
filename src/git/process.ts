import { spawn } from 'node:child_process';
import type { Environment } from './environment.ts';

export interface Command {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly input?: string | Buffer;
  readonly limitMs: number;
  readonly signal?: AbortSignal;
}

export interface Output {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly exitCode: number;
}

/** git ended with an exit code that its caller has no use for. */
export class GitExit extends Error {
  readonly exitCode: number;
  readonly stderr: string;
  /** True for a command that talked to a remote, so that either side may be at fault. */
  readonly connected: boolean;
  constructor(command: string, exitCode: number, stderr: string, connected = false) {
    super(`git ${command} ended with exit code ${exitCode}`);
    this.name = 'GitExit';
    this.exitCode = exitCode;
    this.stderr = stderr;
    this.connected = connected;
  }
}

/** git was ended by us because it took longer than it may. */
export class GitTimeout extends Error {
  readonly limitMs: number;
  constructor(command: string, limitMs: number) {
    super(`git ${command} took longer than ${limitMs} ms`);
    this.name = 'GitTimeout';
    this.limitMs = limitMs;
  }
}

/**
 * Runs git in a process group of its own, because its transport helpers outlive it otherwise and hold the
 * pipes open. Resolves with any exit code. Rejects with `GitTimeout`, with the signal's reason, or with the
 * system's error when git cannot be started.
 */
export type RunGit = (command: Command) => Promise<Output>;

export function createGitRunner(): RunGit {
  const groups = new Set<number>();
  const killAll = () => {
    for (const group of groups) killGroup(group, 'SIGKILL');
  };
  return async (command) => {
    command.signal?.throwIfAborted();
    if (groups.size === 0) process.on('exit', killAll);
    try {
      return await runInGroup(command, groups);
    } finally {
      if (groups.size === 0) process.off('exit', killAll);
    }
  };
}

function runInGroup(command: Command, groups: Set<number>): Promise<Output> {
  const name = command.args[0] ?? '';
  return new Promise((resolve, reject) => {
    const child = spawn('git', command.args, { cwd: '/', env: command.env, detached: true, stdio: 'pipe' });
    const group = child.pid;
    let reason: unknown;
    let forced: NodeJS.Timeout | undefined;
    const stop = (why: unknown) => {
      reason ??= why;
      if (group === undefined) return;
      killGroup(group, 'SIGTERM');
      forced ??= setTimeout(() => killGroup(group, 'SIGKILL'), 2000);
    };
    const timer = setTimeout(() => stop(new GitTimeout(name, command.limitMs)), command.limitMs);
    const abort = () => stop(command.signal?.reason);
    const settle = () => {
      clearTimeout(timer);
      clearTimeout(forced);
      command.signal?.removeEventListener('abort', abort);
      if (group !== undefined) groups.delete(group);
    };
    if (group !== undefined) groups.add(group);
    command.signal?.addEventListener('abort', abort, { once: true });

    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A git that ends early closes its input; its exit code and words say why.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code, signal) => {
      settle();
      if (reason !== undefined) return reject(reason);
      const words = Buffer.concat(stderr).toString('utf8');
      if (code === null) return reject(new Error(`git ${name} was ended by ${signal}`));
      resolve({ stdout: Buffer.concat(stdout), stderr: words, exitCode: code });
    });
    child.stdin.end(command.input);
  });
}

function killGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // ESRCH: it ended in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
