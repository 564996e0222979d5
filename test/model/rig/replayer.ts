import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

export interface ReplayOrder {
  readonly id: number;
  /** host:port of the server that has the histories. */
  readonly address: string;
  readonly runs: readonly Run[];
}

export interface ReplayAnswer {
  readonly id: number;
  readonly replayed: number;
  readonly problem?: string;
}

/** Runs that are replayed at once: to make a worker for it costs more than to replay one. */
const batch = 60;

/** Replays what sequences leave behind, many histories at a time, in a process of its own. */
export class Replayer {
  readonly #child: ChildProcess;
  readonly #problems: string[] = [];
  readonly #answers = new Map<number, (answer: ReplayAnswer) => void>();
  #waiting: Run[] = [];
  #turn: Promise<void> = Promise.resolve();
  #last = 0;
  replayed = 0;

  constructor(directory: string, { code }: { readonly code: string }) {
    const bundle = join(directory, 'workflows.js');
    writeFileSync(bundle, code);
    this.#child = fork(fileURLToPath(new URL('replay-process.ts', import.meta.url)), [bundle]);
    this.#child.on('message', (answer: ReplayAnswer) => this.#answers.get(answer.id)?.(answer));
    this.#child.on('exit', (exitCode) => this.#gone(exitCode));
  }

  /** Takes the histories of a platform's workflows, of all their runs. */
  async take(client: Client, address: string, platform: string): Promise<void> {
    // A lane that a person's hold began has no attributes.
    const [owner] = platform.split('/');
    const query = `FairleadPlatform = '${platform}' OR WorkflowId STARTS_WITH 'lane/${owner}/'`;
    for await (const { workflowId, runId } of client.workflow.list({ query }))
      this.#waiting.push({ workflowId, runId });
    if (this.#waiting.length >= batch) void this.finish(address);
  }

  /** Resolves when all that was taken is replayed. */
  finish(address: string): Promise<void> {
    const runs = this.#waiting;
    this.#waiting = [];
    this.#turn = this.#turn.then(async () => {
      if (runs.length === 0) return;
      const { replayed, problem } = await this.#ask(address, runs);
      this.replayed += replayed;
      if (problem !== undefined) this.#problems.push(problem);
    });
    return this.#turn;
  }

  /** What did not replay since this was asked last. */
  problems(): readonly string[] {
    return this.#problems.splice(0);
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #ask(address: string, runs: readonly Run[]): Promise<ReplayAnswer> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve) => {
      this.#answers.set(id, (answer) => {
        this.#answers.delete(id);
        resolve(answer);
      });
      this.#child.send({ id, address, runs } satisfies ReplayOrder);
    });
  }

  #gone(exitCode: number | null): void {
    for (const [id, answer] of this.#answers)
      answer({ id, replayed: 0, problem: `the process that replays has ended with ${exitCode}` });
  }
}
