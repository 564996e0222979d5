import { AskedProcess } from '../../../src/git/launcher/asked-process.ts';
import type { Command, Output, RunGit } from '../../../src/git/process/process.ts';

interface Question {
  readonly command: Command;
}

interface Answer {
  readonly output?: Output;
  readonly error?: string;
}

/**
 * Starts git from a process of its own: one that holds Temporal's worker is so large that each fork of it costs more
 * than what git does.
 */
export class GitLauncher {
  readonly #process = new AskedProcess<Question, Answer>(new URL('git-launcher.mjs', import.meta.url), [], {
    serialization: 'advanced',
    execArgv: [],
  });

  readonly run: RunGit = async ({ signal: _, ...command }: Command) => {
    const { output, error } = await this.#process.ask({ command });
    if (!output) throw new Error(error);
    return { ...output, stdout: Buffer.from(output.stdout) };
  };

  /** What lies below this directory is not read any more. */
  forget(directory: string): void {
    this.#process.tell({ closed: directory });
  }

  /** Whoever asks afterwards, or still waits, gets an error. */
  close(): void {
    this.#process.close();
  }
}
