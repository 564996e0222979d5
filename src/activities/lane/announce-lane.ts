import type { Dependencies } from '../../dependencies.ts';
import { type LaneBeganMessage, laneBeganSignal } from '../../lane/messages.ts';
import type { LaneInput } from '../../lane/types.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import { askEach } from '../../temporal/ask-each.ts';

/** Asks the operations in an environment to enter its lane again; answers the workflow ids of those that were told. */
export async function announceLane(
  { workflows }: Pick<Dependencies, 'workflows'>,
  { source, environment }: Pick<LaneInput, 'source' | 'environment'>,
): Promise<readonly string[]> {
  const ids = await workflows.runningIn(platformId(source), environment);
  const message: LaneBeganMessage = { environment };
  const told = await askEach(ids, (id) => workflows.signal(id, laneBeganSignal, message));
  return ids.filter((_, index) => told[index]);
}
