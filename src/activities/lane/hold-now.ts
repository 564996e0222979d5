import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { type RecordDependencies, readRecord } from '../../gitops/record/read-record.ts';
import { freezeHold, joinHolds } from '../../lane/holds.ts';
import { holdQuery, laneId } from '../../lane/messages.ts';
import { isHoldAnswer } from '../../lane/received.ts';
import { claimedHold, type Hold, holdWords } from '../../operation/hold.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import type { RecordedEntry } from '../../record/entry.ts';
import { lastHold, wasOverridden } from '../../record/queries.ts';
import type { StepClock } from '../clock.ts';
import type { MergeOrder } from '../pull-request/contract.ts';
import { readFreeze } from '../source/read-freeze.ts';

type HeldOrder = Pick<MergeOrder, 'source' | 'environment' | 'gitops' | 'operation' | 'revision' | 'entry'> & {
  /** Where the record has just been seen, so that the remote is not asked again; undefined: nobody has looked. */
  readonly noted?: Parameters<typeof readRecord>[2];
};

/**
 * Answers what holds an operation at this moment; undefined: nothing. The lane is asked; where it does not answer, or
 * does not know the operation, the record and the freeze windows say it. A rollback is held by nothing.
 */
export async function holdNow(
  dependencies: Pick<Dependencies, 'workflows'> & RecordDependencies,
  order: HeldOrder,
  clock: Pick<StepClock, 'now'>,
): Promise<Hold | undefined> {
  const { gitops, operation, entry } = order;
  if (operation === 'rollback') return undefined;
  const now = new Date(clock.now());
  if (entry !== undefined) {
    const lane = laneId(platformId(gitops.repository), gitops.branch);
    const answer = await dependencies.workflows.query(lane, holdQuery, { entry, now: now.toISOString() });
    if (isHoldAnswer(answer) && answer.known) {
      if (answer.hold === undefined) await checkAgreement(dependencies, order, now);
      return answer.hold;
    }
  }
  return holdByRecord(dependencies, order, now);
}

/**
 * Throws `Failure` Unavailable where the record holds what the lane lets go on: somebody gave the lane another memory or
 * wrote the line, or what the lane had to say could not be recorded yet. Nobody can tell which, so that it stays a hold.
 */
async function checkAgreement(dependencies: RecordDependencies, order: HeldOrder, now: Date): Promise<void> {
  const { source, gitops, environment, noted } = order;
  const { entries } = await readRecord(dependencies, { source, gitops }, noted);
  const hold = recordedHoldOf(entries, order, now);
  if (hold === undefined) return;
  throw new Failure(
    'Unavailable',
    `The lane of ${environment} does not hold it, but the record does, by ${holdWords(claimedHold(hold))}. It stays held ` +
      `until they agree: fairlead hold ${environment}, then fairlead resume ${environment}, writes to both.`,
  );
}

/** Answers what holds an operation by the lines of the record alone. */
function recordedHoldOf(
  entries: readonly RecordedEntry[],
  { operation, revision }: Pick<HeldOrder, 'operation' | 'revision'>,
  now: Date,
): Hold | undefined {
  const hold = lastHold(entries, now);
  const isConfig = operation === 'config change';
  const main = isConfig ? undefined : revision.main;
  if (hold === undefined || wasOverridden(entries, main, hold.since)) return undefined;
  return isConfig && !hold.config ? undefined : hold;
}

/** Answers what holds an operation by the record, and by the freeze windows of the config branch. */
async function holdByRecord(
  dependencies: RecordDependencies,
  { source: url, environment, gitops, operation, revision }: HeldOrder,
  now: Date,
): Promise<Hold | undefined> {
  const { entries } = await readRecord(dependencies, { source: url, gitops });
  const inForce = recordedHoldOf(entries, { operation, revision }, now);
  if (operation === 'config change') return inForce;
  const source = dependencies.repositories.open(url);
  const config = await source.branchHead(environment);
  const calendar = await readFreeze(source, { environment, gitops, config }, now);
  if (calendar === undefined) return unreadableFreeze(environment, now);
  const freeze = freezeHold({ calendar }, now.toISOString());
  return freeze && !wasOverridden(entries, revision.main) ? joinHolds(inForce, freeze) : inForce;
}

/** Holds what nobody can say the freezes of: the lane may know of one. */
function unreadableFreeze(environment: string, now: Date): Hold {
  const reason = `its lane does not answer, and the freezes cannot be read from the Environment file of ${environment}`;
  return { by: 'Fairlead', reason, since: now.toISOString(), config: false };
}
