import { short } from '../src/promotion/decisions.ts';
import type { PromotionStatus } from '../src/promotion/status.ts';
import { closingTable } from './closing-table.ts';
import { inState, withFollower } from './follow.ts';
import type { Narrator } from './narrator.ts';
import { runCli } from './rig/cli.ts';
import type { Rig } from './rig/rig.ts';
import { brokenForwarder } from './sample/commits.ts';

/** Asks for the approval of prod; answers who gave it. */
export type AskApproval = (url: string) => Promise<string>;

/** A commit travels dev → qa → prod; a second one breaks qa, is rolled back there, and never reaches prod. */
export async function tellStory(rig: Rig, narrator: Narrator, askApproval: AskApproval): Promise<void> {
  await firstCommit(rig, narrator, askApproval);
  await secondCommit(rig, narrator);
  narrator.scene('What runs where, read back from git and from the clusters');
  narrator.lines(await closingTable(rig.world));
}

async function firstCommit(rig: Rig, narrator: Narrator, askApproval: AskApproval): Promise<void> {
  const { world } = rig;
  narrator.scene('A commit on main travels through dev, qa and prod');
  await start(rig, narrator, world.firstCommit);
  await withFollower(rig, narrator, world.firstCommit, async ({ until }) => {
    const status = await until((now) => inState(now, 'awaiting approval') !== undefined || attention(now));
    const prod = inState(status, 'awaiting approval');
    if (!prod?.request) throw new Error(`the first commit did not get to prod: ${JSON.stringify(status.environments)}`);
    const by = await askApproval(prod.request.url);
    await say(rig, narrator, [
      'approve',
      short(world.firstCommit),
      'prod',
      '--head',
      short(prod.request.head),
      '--by',
      by,
    ]);
    const { state, environments } = await until((now) => now.state !== 'running' || attention(now));
    if (state !== 'promoted') throw new Error(`the first commit was not promoted: ${JSON.stringify(environments)}`);
  });
}

async function secondCommit(rig: Rig, narrator: Narrator): Promise<void> {
  const { world } = rig;
  narrator.scene('A second commit breaks the rollout in qa, is rolled back there, and never reaches prod');
  const commit = await world.commitToMain('Upgrade the log forwarder to 2.0', await brokenForwarder(), 'Bob');
  await start(rig, narrator, commit);
  await withFollower(rig, narrator, commit, async ({ until }) => {
    await until((now) => attention(now) || now.state !== 'running');
    const why = ['--by', 'olga', '--reason', 'the new forwarder does not start in qa'];
    await say(rig, narrator, ['rollback', short(commit), 'qa', ...why]);
    const { state, environments } = await until((now) => now.state !== 'running' || attention(now));
    if (state !== 'rolled back') throw new Error(`qa was not rolled back: ${JSON.stringify(environments)}`);
  });
}

async function start(rig: Rig, narrator: Narrator, commit: string): Promise<void> {
  await say(rig, narrator, ['promote', '--source', rig.world.source, '--commit', commit]);
  const id = encodeURIComponent(`promote/acme/platform/${commit}`);
  narrator.tell(`  in the Temporal UI: ${rig.temporal.uiUrl}/namespaces/default/workflows/${id}`);
}

async function say(rig: Rig, narrator: Narrator, args: readonly string[]): Promise<void> {
  narrator.command(args);
  const printed = await runCli(args, rig.env);
  const [first = ''] = printed.split('\n');
  narrator.tell(`  ${first}`);
}

function attention(status: PromotionStatus): boolean {
  return inState(status, 'needs attention') !== undefined;
}
