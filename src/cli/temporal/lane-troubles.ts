import { laneId } from '../../lane/messages.ts';
import type { EnvironmentStatus } from '../../operation/status.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import { stepTroubles, type Trouble } from '../trouble/trouble.ts';
import type { DescribedWorkflow, Session } from './session.ts';

/** Lists why a lane does not get on. */
export async function troublesOfLane(session: Session, about: DescribedWorkflow): Promise<readonly Trouble[]> {
  const stuck = await session.taskTrouble(about);
  return [...(stuck ? [stuck] : []), ...stepTroubles(about.steps)];
}

/**
 * Lists the troubles of the lanes in which an operation waits for its turn: nobody gets in while a lane does not get on,
 * and the operation itself hears nothing of it.
 */
export async function troublesOfLanes(
  session: Session,
  environments: readonly EnvironmentStatus[],
): Promise<readonly Trouble[]> {
  const queued = environments.filter(({ state }) => state === 'queued');
  const ids = queued.flatMap(({ gitops }) => (gitops ? [laneId(platformId(gitops.repository), gitops.branch)] : []));
  const found = await Promise.all(
    [...new Set(ids)].map(async (lane) => {
      const about = await session.describe(lane);
      const troubles = about?.status.name === 'RUNNING' ? await troublesOfLane(session, about) : [];
      return troubles.map((trouble) => ({ ...trouble, lane }));
    }),
  );
  return found.flat();
}
