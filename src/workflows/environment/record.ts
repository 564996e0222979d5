import { ActivityFailure, CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { OutcomeKind } from '../../operation/status.ts';
import type { RecordEntry, RecordEvent } from '../../record/entry.ts';
import type { RecordNote } from '../memory/run-memory.ts';
import { failureText } from '../temporal/failure-text.ts';
import { step } from '../temporal/step.ts';
import type { EnvironmentRun } from './environment-run.ts';
import type { Attempt, DeploymentOrder } from './order.ts';
import { type AttemptEnd, type DeployedCommit, type Outcome, stepAttention } from './results.ts';
import { requestTold } from './roll-out.ts';

/** Writes to the record of the run's environment. */
async function writeRecord(run: EnvironmentRun, { entry, commit }: RecordNote): Promise<void> {
  const { gitops } = run.status;
  if (!gitops) return;
  const request = entry.event === 'deployed' ? requestTold(run) : undefined;
  const order = { source: run.origin.source, environment: run.name, gitops, entry, commit, request };
  const { unlabelled, untold } = await step('record', `${run.name}: record ${entry.event}`, run)(order);
  run.lastWord.note(untold && { kind: 'recorded', ...order });
  if (unlabelled !== run.status.unlabelled) run.update({ unlabelled });
}

/** Tells the lane and the record what is on the branch from now on. A stop meanwhile leaves the entry owed. */
export async function recordDeployed({ run, order }: Attempt, { commit, isNews }: DeployedCommit): Promise<void> {
  run.update({ deployedAs: commit });
  if (isNews) run.oweRecord(deployedNote(run, order));
  if (order.operation !== 'config change') await run.lane?.updateEntry({ phase: 'merged' });
  const owed = run.unrecordedDeployment;
  if (!owed) return;
  await writeRecord(run, owed);
  run.settleRecord();
}

/** Makes the entry about what is on the branch from now on. */
export function deployedNote(run: EnvironmentRun, order: DeploymentOrder): RecordNote {
  const { mergedBy, approval, request, mergeCommit, deployedAs: commit } = run.status;
  const isRollback = order.operation === 'rollback';
  const entry = {
    ...entryAbout(run, 'deployed'),
    operation: order.operation,
    by: mergedBy ?? approval?.by ?? order.requester?.by,
    byForge: mergedBy === undefined ? undefined : true,
    reason: isRollback ? order.requester?.reason : undefined,
    configHeld: isRollback && order.config !== undefined ? true : undefined,
    request: mergeCommit === undefined ? undefined : request?.number,
  };
  return { entry, commit };
}

/** Tries to write to the record; answers a remark where it cannot, and '' where it can. */
export async function tryToWrite(run: EnvironmentRun, note: RecordNote): Promise<string> {
  try {
    await writeRecord(run, note);
    return '';
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return ` (this could not be recorded: ${failureText(error)})`;
  }
}

/**
 * Records that the run got through, and answers the outcome. Where that cannot be recorded, a person must decide: a
 * commit could go from stage to stage with no trace otherwise, and no rollback would find its way back.
 */
export async function recordSuccess(
  run: EnvironmentRun,
  order: DeploymentOrder,
  outcome: Outcome,
): Promise<AttemptEnd> {
  const event = successEvent(order, outcome);
  if (event === undefined) return outcome;
  const { accepted, approval, mergedBy, deployedAs: commit } = run.status;
  const given = accepted?.by ?? order.requester?.by ?? approval?.by;
  const entry = {
    ...entryAbout(run, event),
    operation: order.operation,
    by: given ?? mergedBy,
    byForge: given === undefined && mergedBy !== undefined ? true : undefined,
    reason: accepted?.reason ?? order.requester?.reason,
    ...verdictFields(run),
    leftOut: accepted ? undefined : run.status.fleet?.leftOut,
    configHeld: event === 'rolled back' && order.config !== undefined ? true : undefined,
  };
  run.update({ message: `${outcome.message}: it is being recorded` });
  try {
    await CancellationScope.nonCancellable(() => writeRecord(run, { entry, commit }));
    return outcome;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    run.update({ accepted: undefined });
    return stepAttention(
      error,
      (reason) => `${outcome.message}, but that could not be recorded: ${reason} Retry when mended, or abort.`,
    );
  }
}

/** Names the event of a success; undefined for every other outcome. An unchanged config change verified no clusters. */
function successEvent({ operation }: DeploymentOrder, { kind }: Outcome): RecordEvent | undefined {
  if (kind === 'promoted' || kind === 'configured' || kind === 'accepted') return kind;
  if (kind === 'unchanged') return operation === 'promotion' ? 'promoted' : undefined;
  return kind === 'rolled back' && operation === 'rollback' ? kind : undefined;
}

/** Records an end without success, where that is about the environment; answers a remark where it cannot. */
export async function recordEnd(run: EnvironmentRun, order: DeploymentOrder, outcome: Outcome): Promise<string> {
  if (successEvent(order, outcome)) return '';
  const { kind, by, byForge, message, reason = message } = outcome;
  const endFields = { operation: order.operation, by, byForge, reason };
  const { request, deployedAs: commit } = run.status;
  if (kind === 'rejected')
    return tryToWrite(run, { entry: { ...entryAbout(run, kind), ...endFields, request: request?.number } });
  if (commit === undefined || !givenUp.includes(kind)) return '';
  return tryToWrite(run, { entry: { ...entryAbout(run, 'given up'), ...endFields, ...verdictFields(run) }, commit });
}

const givenUp: readonly OutcomeKind[] = ['aborted', 'superseded', 'rolled back'];

function verdictFields({ status: { fleet, request } }: EnvironmentRun): Pick<RecordEntry, 'clusters' | 'request'> {
  return { clusters: fleet && { total: fleet.total, healthy: fleet.healthy }, request: request?.number };
}

function entryAbout(run: EnvironmentRun, event: RecordEvent): RecordEntry {
  const { main, config } = run.status;
  return { time: new Date().toISOString(), event, main, config, workflow: workflowInfo().workflowId };
}
