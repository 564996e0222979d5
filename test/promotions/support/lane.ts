import { type LaneAnswer, laneId, laneSignals } from '../../../src/lane/messages.ts';
import type { LaneStatus } from '../../../src/lane/types.ts';
import { statusQuery } from '../../../src/operation/messages.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import type { TemporalTest } from '../../support/temporal.ts';

export interface TestLane {
  status(): Promise<LaneStatus>;
  /** Holds the lane, and answers what the lane says. */
  hold(reason: string): Promise<string>;
  /** Ends the lane's holds, and answers what the lane says. */
  resume(): Promise<string>;
}

/** Talks to the lane of a branch; `repository` is the URL. */
export function talkToLane({ client }: Pick<TemporalTest, 'client'>, repository: string, branch: string): TestLane {
  const handle = client.workflow.getHandle(laneId(platformId(repository), branch));
  return {
    status: () => handle.query<LaneStatus>(statusQuery),
    hold: async (reason) => {
      const args: [object] = [{ by: 'ann', reason }];
      return (await handle.executeUpdate<LaneAnswer, [object]>(laneSignals.hold, { args })).message;
    },
    resume: async () => {
      const args: [object] = [{ by: 'bob', reason: 'mended' }];
      return (await handle.executeUpdate<LaneAnswer, [object]>(laneSignals.resume, { args })).message;
    },
  };
}
