import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { AskedProcess } from '../../../src/git/launcher/asked-process.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import type { World } from '../world/world.ts';

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

export interface ReplayOrder {
  /** host:port of the server that has the histories. */
  readonly address: string;
  readonly runs: readonly Run[];
}

export interface ReplayAnswer {
  readonly replayed: number;
  readonly problem?: string;
}

/** Runs that are replayed at once: to make a worker for it costs more than to replay one. */
const batch = 60;

/** Replays what sequences leave behind, many histories at a time, in a process of its own. */
export class Replayer {
  readonly #process: AskedProcess<ReplayOrder, ReplayAnswer>;
  readonly #problems: string[] = [];
  #waiting: Run[] = [];
  #turn: Promise<void> = Promise.resolve();
  replayed = 0;

  constructor(directory: string, { code }: { readonly code: string }) {
    const bundle = join(directory, 'workflows.js');
    writeFileSync(bundle, code);
    this.#process = new AskedProcess(new URL('replay-process.ts', import.meta.url), [bundle]);
  }

  /** Takes the histories of a world's workflows, of all their runs. */
  async take(client: Client, address: string, { platform, gitopsUrl }: World): Promise<void> {
    // A lane that a person's hold began has no attributes.
    const query = `FairleadPlatform = '${platform}' OR WorkflowId STARTS_WITH 'lane/${platformId(gitopsUrl)}/'`;
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
      const { replayed, problem } = await this.#process.ask({ address, runs }).catch(asProblem);
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
    this.#process.close();
  }
}

function asProblem(error: Error): ReplayAnswer {
  return { replayed: 0, problem: error.message };
}
