import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command, Output, RunGit } from '../../../src/git/process.ts';

interface Answer {
  readonly id: number;
  readonly output?: Output;
  readonly error?: string;
}

/**
 * Starts git from a process of its own: one that holds Temporal's worker is so large that each fork of it costs more
 * than what git does.
 */
export class GitLauncher {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(output: Output): void; reject(error: Error): void }>();
  #last = 0;

  constructor() {
    const file = fileURLToPath(new URL('git-launcher.mjs', import.meta.url));
    this.#child = fork(file, { serialization: 'advanced', execArgv: [] });
    this.#child.on('message', ({ id, output, error }: Answer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (output) waiting?.resolve({ ...output, stdout: Buffer.from(output.stdout) });
      else waiting?.reject(new Error(error));
    });
    this.#child.on('exit', () => this.#gone());
  }

  readonly run: RunGit = ({ signal: _, ...command }: Command) =>
    new Promise((resolve, reject) => {
      this.#last += 1;
      this.#waiting.set(this.#last, { resolve, reject });
      if (this.#child.connected) this.#child.send({ id: this.#last, command });
      else this.#gone();
    });

  /** What lies below this directory is not read any more. */
  forget(directory: string): void {
    if (this.#child.connected) this.#child.send({ closed: directory });
  }

  /** Whoever asks afterwards, or still waits, gets an error. */
  close(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #gone(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the process that starts git has ended'));
    this.#waiting.clear();
  }
}
