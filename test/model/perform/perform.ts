import type { Happening, Kind } from '../events/types.ts';
import type { Sequence } from '../sequence/sequence.ts';
import { branchEvents } from './branch-events.ts';
import { decisionEvents } from './decision-events.ts';
import { machineEvents } from './machine-events.ts';
import type { Performers } from './performer.ts';
import { requestEvents } from './request-events.ts';
import { startEvents } from './start-events.ts';

const performers: Performers<Kind> = {
  ...startEvents,
  ...requestEvents,
  ...decisionEvents,
  ...branchEvents,
  ...machineEvents,
};

/** Lets something happen, and answers what it came to, for the journal. */
export function perform(sequence: Sequence, event: Happening): Promise<string> {
  const performer = performers[event.kind] as (sequence: Sequence, event: Happening) => Promise<string>;
  return performer(sequence, event);
}
