import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { changedLines } from '../src/cli/view.ts';
import { promotionId, statusQuery } from '../src/promotion/messages.ts';
import type { EnvironmentStatus, PromotionStatus } from '../src/promotion/status.ts';
import type { Narrator } from './narrator.ts';
import type { Rig } from './rig/rig.ts';

/** Watches one promotion through the query `status`, and tells each change once. */
export interface Follower {
  /** Follows until `when` is true of the promotion; answers how it stands. */
  until(when: (status: PromotionStatus) => boolean): Promise<PromotionStatus>;
}

export async function withFollower<T>(
  { temporal }: Rig,
  narrator: Narrator,
  commit: string,
  use: (follower: Follower) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    const handle = new Client({ connection }).workflow.getHandle(promotionId('acme/platform', commit));
    let seen: PromotionStatus | undefined;
    return await use({
      until: async (when) => {
        for (;;) {
          const now = await handle.query<PromotionStatus>(statusQuery);
          for (const line of changedLines(seen ?? { ...now, environments: [] }, now)) narrator.tell(`  ${line}`);
          seen = now;
          if (when(now)) return now;
          await pause(300);
        }
      },
    });
  } finally {
    await connection.close();
  }
}

/** The environment in that state, if there is one. */
export function inState(status: PromotionStatus, state: EnvironmentStatus['state']): EnvironmentStatus | undefined {
  return status.environments.find((environment) => environment.state === state);
}
