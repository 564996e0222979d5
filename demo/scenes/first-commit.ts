import type { Follower } from '../follow.ts';
import type { Stage } from './stage.ts';

/** A commit travels through dev and qa, and waits in prod. */
export async function firstCommit({ narrator, promote, rig }: Stage): Promise<Follower> {
  narrator.scene('A commit on main travels through dev and qa, and waits in prod for an approval');
  const first = await promote(rig.world.firstCommit);
  await first.reach('dev', 'promoted');
  await first.reach('qa', 'promoted');
  await first.reach('prod', 'awaiting approval');
  return first;
}
