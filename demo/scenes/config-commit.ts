import { isDeepStrictEqual } from 'node:util';
import { shortSha } from '../../src/short-names.ts';
import { environmentOf, type Follower } from '../follow.ts';
import { movedDatabase } from '../sample/config-branch.ts';
import type { Stage } from './stage.ts';

/** A config commit goes through qa alone; the request that waits in prod is not touched. */
export async function configCommit(stage: Stage, waiting: Follower): Promise<void> {
  const { narrator, rig, fairlead, followConfig } = stage;
  narrator.scene('Meanwhile, a config commit in qa: it waits for nobody, and disturbs nobody');
  const before = await requestInProd(stage, waiting);
  const files = movedDatabase(rig.world.environment('qa'));
  const message = 'Move the shop to another Cosmos DB account';
  const commit = await rig.world.commitToConfig('qa', { message, files, author: 'Tom' });
  await fairlead('apply-config', '--environment', 'qa', '--commit', commit);
  await followConfig('qa').end('configured');
  const after = await requestInProd(stage, waiting);
  if (!isDeepStrictEqual(after, before)) throw new Error(`the request in prod was touched: ${JSON.stringify(after)}`);
  narrator.tell(`  prod's request #${after.number} is as it was, ${after.state} at ${shortSha(after.head.sha)}`);
}

async function requestInProd({ request }: Stage, waiting: Follower) {
  const { state, request: known } = environmentOf(await waiting.look(), 'prod');
  if (state !== 'awaiting approval' || !known) throw new Error(`prod does not wait for an approval: it is ${state}`);
  return request('prod', known.number);
}
