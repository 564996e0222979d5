import { type ChildProcess, spawn } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { limits } from '../../platform/limits.ts';
import type { ProcessEnvironment } from './environment.ts';
import { watchMemory } from './memory-watch.ts';

/** One run of git. */
export interface Command {
  readonly args: readonly string[];
  readonly env: ProcessEnvironment;
  readonly input?: string | Buffer;
  /** Milliseconds after which git is ended. */
  readonly limitMs: number;
  /** Bytes of output after which git is ended: a few kilobytes of trees can list more than any machine holds. */
  readonly mostBytes?: number;
  /** Bytes of memory after which git is ended, with all that it has started: a server may list refs without an end. */
  readonly mostMemory?: number;
  readonly signal?: AbortSignal;
  /** Whatever else the machine has to do for people goes first. */
  readonly givesWay?: boolean;
}

/** What a run of git gave. */
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
  constructor(
    command: string,
    {
      exitCode,
      stderr,
      connected = false,
    }: { readonly exitCode: number; readonly stderr: string; readonly connected?: boolean },
  ) {
    super(`git ${command} ended with exit code ${exitCode}`);
    this.name = 'GitExit';
    this.exitCode = exitCode;
    this.stderr = stderr;
    this.connected = connected;
  }
}

/** git was ended here, because it took longer than it may. */
export class GitTimeout extends Error {
  readonly limitMs: number;
  constructor(command: string, limitMs: number) {
    super(`git ${command} took longer than ${limitMs} ms`);
    this.name = 'GitTimeout';
    this.limitMs = limitMs;
  }
}

/** git was ended here, because it printed more than it may. */
export class GitFlood extends Error {
  readonly mostBytes: number;
  constructor(command: string, mostBytes: number) {
    super(`git ${command} printed more than ${mostBytes} bytes`);
    this.name = 'GitFlood';
    this.mostBytes = mostBytes;
  }
}

/** git was ended here, because it took more memory than it may. */
export class GitGreed extends Error {
  readonly mostMemory: number;
  constructor(command: string, mostMemory: number) {
    super(`git ${command} took more than ${mostMemory} bytes of memory`);
    this.name = 'GitGreed';
    this.mostMemory = mostMemory;
  }
}

/**
 * Runs git in a process group of its own, because its transport helpers outlive it otherwise and hold the
 * pipes open. Resolves with any exit code. Rejects with `GitTimeout`, `GitFlood`, `GitGreed`, the signal's reason, or with the
 * system's error when git cannot be started.
 */
export type RunGit = (command: Command) => Promise<Output>;

/** Makes a runner whose processes end with this one. */
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

async function runInGroup(command: Command, groups: Set<number>): Promise<Output> {
  const { args, env, input, mostBytes = limits.gitOutputBytes, mostMemory = limits.gitMemoryBytes } = command;
  const child = spawn('git', args, { cwd: '/', env, detached: true, stdio: 'pipe' });
  const limit = endInTime(child, command);
  if (child.pid !== undefined) groups.add(child.pid);
  const unwatch =
    child.pid && watchMemory(child.pid, mostMemory, () => limit.stop(new GitGreed(subcommand(command), mostMemory)));
  if (command.givesWay) giveWay(child.pid);
  // A git that ends early closes its input; its exit code and words say why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  try {
    const [stdout, stderr, exitCode] = await Promise.all([
      readOutput(child.stdout, mostBytes, () => limit.stop(new GitFlood(subcommand(command), mostBytes))),
      readOutput(child.stderr, mostWordBytes),
      exitCodeOf(child, subcommand(command)),
    ]);
    limit.check();
    return { stdout, stderr: stderr.toString('utf8'), exitCode };
  } catch (error) {
    limit.check();
    throw error;
  } finally {
    limit.lift();
    if (unwatch) unwatch();
    if (child.pid !== undefined) groups.delete(child.pid);
  }
}

/** The niceness of what gives way: that of the renderers. */
const niceness = 5;

function giveWay(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, Math.max(niceness, getPriority()));
  } catch (error) {
    // It has ended already; or this system has no such thing, where it runs as everything else does.
    if (!['ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** git's own words have some lines; a remote may send any number. */
const mostWordBytes = 1024 * 1024;

/** Reads a stream to its end, and keeps `most` bytes of it. What is more is told once, and thrown away. */
async function readOutput(stream: Readable, most: number, onMore?: () => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size <= most && size + chunk.length > most) onMore?.();
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else if (onMore) chunks.length = 0;
  }
  return Buffer.concat(chunks);
}

function exitCodeOf(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === null) reject(new Error(`git ${name} was ended by ${signal}`));
      else resolve(code);
    });
  });
}

/** Ends the child's group when it takes too long or the caller is cancelled; git gets two seconds to clean up. */
function endInTime(child: ChildProcess, command: Command) {
  const { limitMs, signal } = command;
  let reason: unknown;
  let forced: NodeJS.Timeout | undefined;
  const stop = (why: unknown) => {
    reason ??= why;
    const group = child.pid;
    if (group === undefined) return;
    killGroup(group, 'SIGTERM');
    forced ??= setTimeout(() => killGroup(group, 'SIGKILL'), 2000);
  };
  const timer = setTimeout(() => stop(new GitTimeout(subcommand(command), limitMs)), limitMs);
  const abort = () => stop(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  return {
    stop,
    /** Throws why the child was ended here, if it was: some gits then still exit as if by themselves. */
    check() {
      if (reason !== undefined) throw reason;
    },
    lift() {
      clearTimeout(timer);
      clearTimeout(forced);
      signal?.removeEventListener('abort', abort);
    },
  };
}

/** Names the command for messages: `fetch`. */
function subcommand({ args }: Command): string {
  return args[0] ?? '';
}

function killGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // ESRCH: the group ended in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
