import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { changedLines } from '../src/cli/view/view.ts';
import { statusQuery } from '../src/operation/messages.ts';
import type { EnvironmentState, EnvironmentStatus, OperationStatus } from '../src/operation/status.ts';
import type { Narrator } from './narrator.ts';

/** Watches a promotion, a config change or a rollback through the query `status`, and tells each change once. */
export interface Follower {
  readonly id: string;
  /** Follows until the environment is in that state. Throws where it gets elsewhere, or nowhere in three minutes. */
  reach(environment: string, state: EnvironmentState): Promise<EnvironmentStatus>;
  /**
   * Follows until it has ended in that state. `label` stands before each line, where others are told at the same time.
   */
  end(state: OperationStatus['state'], label?: string): Promise<OperationStatus>;
  /** Looks once, and tells nothing. */
  look(): Promise<OperationStatus>;
}

const patience = { lookMs: 300, totalMs: 180_000 };

/** Makes a follower of one operation. */
export function follow(client: Client, narrator: Narrator, id: string): Follower {
  const handle = client.workflow.getHandle(id);
  let seen: OperationStatus | undefined;
  const look = () => handle.query<OperationStatus>(statusQuery);

  const until = async (wanted: string, when: (status: OperationStatus) => boolean, label = '') => {
    const began = { at: Date.now(), troubles: troublesOf(seen) };
    for (;;) {
      const now = await look();
      for (const line of changedLines(seen, now)) narrator.tell(`  ${label}${line}`);
      seen = now;
      if (when(now)) return now;
      const isTrouble = troublesOf(now).some((trouble) => !began.troubles.includes(trouble));
      if (now.state !== 'running' || isTrouble || Date.now() > began.at + patience.totalMs)
        throw new Error(`${id} was to be ${wanted}, but it is ${now.state}: ${JSON.stringify(now.environments)}`);
      await pause(patience.lookMs);
    }
  };

  return {
    id,
    look,
    reach: async (name, state) => {
      const isThere = (each: EnvironmentStatus) => each.environment === name && each.state === state;
      const status = await until(`${state} in ${name}`, ({ environments }) => environments.some(isThere));
      return environmentOf(status, name);
    },
    end: (state, label) => until(state, (now) => now.state === state, label && `${label}: `),
  };
}

/** Names the environments that need a person, each with the time since when. */
function troublesOf(status: OperationStatus | undefined): readonly string[] {
  const troubles = status?.environments.filter(({ state }) => state === 'needs attention') ?? [];
  return troubles.map(({ environment, since }) => `${environment} ${since}`);
}

/** Answers the status of one environment. Throws where there is none of that name. */
export function environmentOf({ id, environments }: OperationStatus, name: string): EnvironmentStatus {
  const found = environments.find(({ environment }) => environment === name);
  if (found === undefined) throw new Error(`${id} knows no environment ${name}`);
  return found;
}
