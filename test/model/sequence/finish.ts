import type { EnvironmentStatus, OperationStatus } from '../../../src/operation/status.ts';
import { hasEnded } from '../../../src/operation/status.ts';
import { checkFolders, pairWords } from '../check/branch-history.ts';
import { compareWithClone } from '../check/environments.ts';
import { Violation } from '../check/violation.ts';
import type { Event } from '../events/types.ts';
import { deployedIn } from '../oracle/deployed.ts';
import { operations } from '../perform/decision-events.ts';
import { comeToRest, whileAtRest } from './quiet.ts';
import type { Sequence } from './sequence.ts';
import { shortId } from './sequence-steps.ts';
import { openRequestsNamed, waitsForAPerson } from './waits.ts';

const mostRounds = 14;

const endings: readonly Event['kind'][] = [
  'abort',
  'reject',
  'close',
  'cancel',
  'terminate',
  'rollback',
  'rollback promotion',
  'revert',
];

/**
 * Ends a sequence: it comes to rest, and everybody waits for something that has a name. Then, where it is planned so,
 * people see everything through, and a new commit must get everywhere.
 */
export async function finish(sequence: Sequence): Promise<void> {
  sequence.journal.add('* no more events');
  sequence.interference.end();
  await comeToRest(sequence);
  await checkWaits(sequence);
  sequence.invariants.checkAnswers();
  await whileAtRest(sequence, compareWithClone);
  const { ending } = sequence.plan.world;
  if (ending === 'at rest') return;
  await seeThrough(sequence, 'what was begun');
  // Who ends a promotion by hand leaves the environment as it is.
  if (!sequence.plan.events.some(({ kind }) => endings.includes(kind))) sequence.invariants.checkOwed();
  if (ending === 'one more commit') await promoteEverywhere(sequence);
}

/** Checks invariant 5: an operation that has not ended waits for what its status names. */
async function checkWaits(sequence: Sequence): Promise<void> {
  for (let looks = 0; ; looks++) {
    const waits = await Promise.all(
      (await runningOperations(sequence)).map((status) => waitsForAPerson(sequence, status)),
    );
    const unnamed = waits.flat();
    if (unnamed.length === 0) return;
    // A lane notices only now and then that its current operation was terminated.
    if (looks === 20) throw new Violation('5 everything settles', unnamed.join('; '));
    await new Promise((resolve) => setTimeout(resolve, 250));
    await comeToRest(sequence);
  }
}

/** Lets people do what is asked of them until nothing runs any more. */
async function seeThrough(sequence: Sequence, what: string): Promise<void> {
  const { world, people, journal } = sequence;
  for (const environment of world.environments) world.fleet.set(environment, 'cured');
  for (let round = 1; round <= mostRounds; round++) {
    const statuses = await runningOperations(sequence);
    for (const { environments } of statuses)
      for (const { state } of environments) sequence.rig.coverage.add(`at rest: ${state}`);
    if (statuses.length === 0) return;
    journal.add(`* people see ${what} through, round ${round}`);
    for (const environment of world.environments)
      await people.tellLane(environment, 'resume', { by: 'hal', reason: 'all is well' });
    for (const status of statuses)
      for (const run of status.environments)
        if (!hasEnded(run.state)) await doWhatIsAsked(sequence, { id: status.id, run, round });
    sequence.traffic.changed();
    await comeToRest(sequence);
    await sequence.invariants.check();
    sequence.invariants.raise();
  }
  const left = (await runningOperations(sequence)).map(
    ({ id, environments }) => `${shortId(id)}: ${JSON.stringify(environments)}`,
  );
  if (left.length > 0)
    throw new Violation('5 everything settles', `in spite of all that people did: ${left.join('; ')}`);
}

/** An environment of an operation that waits, and how many rounds people have done what is asked. */
interface WaitingRun {
  readonly id: string;
  readonly run: EnvironmentStatus;
  readonly round: number;
}

async function doWhatIsAsked(sequence: Sequence, { id, run, round }: WaitingRun): Promise<void> {
  const { environment, state, request, message } = run;
  const { people, world, journal } = sequence;
  journal.add(`  ${shortId(id)} ${environment} is ${state}`);
  switch (state) {
    case 'awaiting approval':
      await people.decide(id, 'approve', { environment, head: request?.head ?? '' });
      return;
    case 'pull request open':
      if (request)
        journal.add(`  = merge #${request.number}: ${await world.forge.mergeBy('mia', request.number, 'merge')}`);
      return;
    case 'queued':
      if (message.includes('merge or close')) await closeNamed(sequence, message);
      return;
    case 'needs attention':
      if (round > 3) await people.decide(id, 'abort', { environment, reason: 'nobody can mend it' });
      else {
        await closeNamed(sequence, message);
        await people.decide(id, 'retry', { environment });
      }
      return;
  }
}

/** Closes the requests that a message names: those of ours to which somebody pushed are left to people. */
async function closeNamed({ world, journal }: Sequence, message: string): Promise<void> {
  for (const number of await openRequestsNamed(world, message)) {
    journal.add(`  = close #${number}`);
    await world.forge.closeBy('cleo', number);
  }
}

/** Checks that a new commit of main gets everywhere, with today's config. */
async function promoteEverywhere(sequence: Sequence): Promise<void> {
  const { world, people, journal, rig } = sequence;
  const main = world.source.commitMain({ web: 1, api: world.source.main.length });
  journal.add(`* a last commit: main ${world.source.main.length - 1} is ${main.slice(0, 8)}`);
  await people.promote(main, false);
  await comeToRest(sequence);
  await seeThrough(sequence, 'the last commit');
  for (const environment of world.environments) {
    const deployed = await deployedIn({ source: world.source.store, gitops: world.gitops }, environment, rig.renders);
    const expected = { main, config: world.source.configHead(environment) };
    // What hands have written in our folders is gone by now.
    const head = world.gitops.ref(`refs/heads/${environment}`) ?? '';
    await checkFolders({ world, renders: rig.renders }, environment, head);
    if (deployed?.main === expected.main && deployed.config === expected.config) continue;
    const words = (pair: { main: string; config: string }) => pairWords(world, pair, environment);
    throw new Violation(
      '5 everything settles',
      `${environment} should have ended at ${words(expected)}, but is at ${deployed ? words(deployed) : 'nothing'}`,
    );
  }
}

async function runningOperations(sequence: Sequence): Promise<readonly OperationStatus[]> {
  const all = await Promise.all((await operations(sequence)).map((id) => sequence.people.status(id)));
  return all.filter((status) => status?.state === 'running').filter((status) => status !== undefined);
}
