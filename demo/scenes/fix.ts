import type { EnvironmentStatus } from '../../src/operation/status.ts';
import { mendedForwarder } from '../sample/commits.ts';
import type { Stage } from './stage.ts';

/** What waits for an approval at the end of the story. */
export interface Awaited {
  readonly commit: string;
  readonly prod: EnvironmentStatus;
}

/** The environment that was rolled back does not admit the next commit before somebody resumes it. */
export async function fix({ narrator, rig, promote, fairlead }: Stage): Promise<Awaited> {
  narrator.scene('The rollback holds qa: the fix waits before it until somebody resumes it');
  const message = 'Upgrade the log forwarder to 2.0.1';
  const commit = await rig.world.commitToMain({
    message,
    files: await mendedForwarder(rig.world.fleet.fault),
    author: 'Bob',
  });
  const mended = await promote(commit);
  await mended.reach('qa', 'held');
  await fairlead('resume', 'qa', '--by', 'olga', '--reason', '2.0.1 asks for no permission');
  await mended.reach('qa', 'promoted');
  return { commit, prod: await mended.reach('prod', 'awaiting approval') };
}
