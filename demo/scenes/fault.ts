import { shortSha } from '../../src/short-names.ts';
import { brokenForwarder } from '../sample/commits.ts';
import type { Stage } from './stage.ts';

/** A commit that breaks qa is taken back there, never reaches prod, and leaves qa held. */
export async function fault({ narrator, rig, promote, fairlead, followRollback }: Stage): Promise<void> {
  narrator.scene('A third commit breaks the rollout in qa: it is rolled back there, and never reaches prod');
  const message = 'Upgrade the log forwarder to 2.0';
  const commit = await rig.world.commitToMain({
    message,
    files: await brokenForwarder(rig.world.fleet.fault),
    author: 'Bob',
  });
  const broken = await promote(commit);
  await broken.reach('qa', 'needs attention');
  const why = 'the new forwarder does not start in qa';
  await fairlead('rollback', 'qa', '--by', 'olga', '--reason', why);
  await Promise.all([
    followRollback('qa').end('rolled back'),
    broken.end('rolled back', `the broken ${shortSha(commit)}`),
  ]);
}
