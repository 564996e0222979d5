import type { Client } from '@temporalio/client';
import { fetchHistories, type RecordedHistory } from '../../support/temporal-executions.ts';
import { replay } from '../../support/temporal-replay.ts';

/** Histories that are replayed at once: to make a worker for it costs more than to replay one. */
const batch = 60;

/** Replays what sequences leave behind, many histories at a time. */
export class Replayer {
  readonly #options: { readonly workflowBundle: { readonly code: string } };
  readonly #problems: string[] = [];
  #waiting: RecordedHistory[] = [];
  #turn: Promise<void> = Promise.resolve();
  replayed = 0;

  constructor(workflowBundle: { readonly code: string }) {
    this.#options = { workflowBundle };
  }

  /** Takes the histories of a platform's workflows, of all their runs. */
  async take(client: Client, platform: string): Promise<void> {
    const runs: { readonly workflowId: string; readonly runId: string }[] = [];
    for await (const { workflowId, runId } of client.workflow.list({ query: `FairleadPlatform = '${platform}'` }))
      runs.push({ workflowId, runId });
    this.#waiting.push(...(await fetchHistories(client, runs)));
    if (this.#waiting.length >= batch) await this.finish();
  }

  /** Resolves when all that was taken is replayed. */
  finish(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      const histories = this.#waiting;
      this.#waiting = [];
      if (histories.length === 0) return;
      this.replayed += histories.length;
      await replay(this.#options, histories).catch((error: unknown) => {
        this.#problems.push(error instanceof Error ? error.message : String(error));
      });
    });
    return this.#turn;
  }

  /** What did not replay since this was asked last. */
  problems(): readonly string[] {
    return this.#problems.splice(0);
  }
}
