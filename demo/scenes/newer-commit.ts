import { laneId } from '../../src/lane/messages.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { shortSha } from '../../src/short-names.ts';
import { environmentOf, type Follower } from '../follow.ts';
import { fresherShop } from '../sample/commits.ts';
import type { Stage } from './stage.ts';

/** Asks for the approval of prod; answers who gave it. */
export type AskApproval = (url: string) => Promise<string>;

/** A newer commit supersedes the one that waits in prod, and is approved there itself. */
export async function newerCommit(stage: Stage, older: Follower, askApproval: AskApproval): Promise<void> {
  const { narrator, rig, promote, page } = stage;
  narrator.scene('A newer commit gets to prod: the older one, not merged yet, gives way to it');
  narrator.tell(
    `  prod's lane: ${page(laneId(platformId(`${rig.world.forge.url}/${rig.world.environment('prod').gitopsRepository}`), 'prod'))}`,
  );
  const message = 'Look for new versions of the shop more often';
  const commit = await rig.world.commitToMain({ message, files: await fresherShop() });
  const newer = await promote(commit);
  const [{ request }, superseded] = await Promise.all([
    newer.reach('prod', 'awaiting approval'),
    older.end('superseded', `the older ${shortSha(rig.world.firstCommit)}`),
  ]);
  await tellComment(stage, environmentOf(superseded, 'prod').request?.number ?? 0, commit);
  if (!request) throw new Error('prod waits for the approval of nothing');
  const by = await askApproval(request.url);
  await stage.fairlead('approve', shortSha(commit), 'prod', '--head', shortSha(request.head), '--by', by);
  await newer.end('promoted');
}

/** Tells what the older one wrote under its request when it closed it. */
async function tellComment({ request, narrator }: Stage, number: number, newer: string): Promise<void> {
  const { state, comments, url } = await request('prod', number);
  const last = comments.at(-1)?.body ?? '';
  if (state !== 'closed' || !last.includes(`/commit/${newer}`))
    throw new Error(`${url} is ${state} and does not link the newer commit: ${last}`);
  narrator.tell(`  #${number} is closed; its last comment, with links: ${last.split('\n')[0]}`);
}
