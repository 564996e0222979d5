import type { Dependencies } from '../../dependencies.ts';
import { type LaneBeganMessage, laneBeganSignal } from '../../lane/messages.ts';
import type { LaneInput } from '../../lane/types.ts';
import { platformId } from '../../platform/platform-id.ts';

/** Tells what runs in an environment to entry its lane again; answers the workflow ids of those who heard it. */
export async function announceLane(
  { workflows }: Pick<Dependencies, 'workflows'>,
  { source, environment }: Pick<LaneInput, 'source' | 'environment'>,
): Promise<readonly string[]> {
  const ids = await workflows.runningIn(platformId(source), environment);
  const message: LaneBeganMessage = { environment };
  const heard = await Promise.all(ids.map((id) => workflows.signal(id, laneBeganSignal, message)));
  return ids.filter((_, index) => heard[index]);
}
