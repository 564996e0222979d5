import { ActivityFailure, CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { OutcomeKind } from '../../operation/status.ts';
import type { RecordEntry, RecordEvent } from '../../record/entry.ts';
import { step } from '../temporal/step.ts';
import type { DeploymentOrder, EnvironmentRun } from './environment-run.ts';
import { type Attention, attention, failureText, type Outcome } from './results.ts';

/** A line for the record, and the commit of the environment's branch that it is about; none: its head. */
export interface Note {
  readonly entry: RecordEntry;
  readonly commit?: string;
}

/** Writes to the record of the run's environment. */
export async function write(run: EnvironmentRun, { entry, commit }: Note): Promise<void> {
  const { gitops } = run.status;
  if (!gitops) return;
  const order = { environment: run.name, gitops, entry, ...(commit !== undefined && { commit }) };
  await step('record', `${run.name}: record ${entry.event}`)(order);
}

/** Something is on the branch from now on: tells the lane, and the record. Who ends this meanwhile records it then. */
export async function recordDeployed(
  run: EnvironmentRun,
  order: DeploymentOrder,
  commit: string,
  isNews = true,
): Promise<void> {
  run.update({ deployedAs: commit });
  if (isNews) run.unrecordedDeployment = deployedNote(run, order);
  if (order.operation !== 'config change') await run.lane?.say({ phase: 'merged' });
  if (!run.unrecordedDeployment) return;
  await write(run, run.unrecordedDeployment);
  run.unrecordedDeployment = undefined;
}

/** What is on the branch from now on. */
export function deployedNote(run: EnvironmentRun, order: DeploymentOrder): Note {
  const { mergedBy, approval, request, mergeCommit, deployedAs: commit } = run.status;
  const by = mergedBy ?? approval?.by ?? order.requester?.by;
  const entry = {
    ...about(run, 'deployed'),
    operation: order.operation,
    ...(by !== undefined && { by }),
    ...(order.operation === 'rollback' && order.requester && { reason: order.requester.reason }),
    ...(order.operation === 'rollback' && order.config !== undefined && { configHeld: true }),
    ...(mergeCommit !== undefined && request && { request: request.number }),
  };
  return { entry, ...(commit !== undefined && { commit }) };
}

/** The same, where what has happened stands whether it can be recorded or not; answers a remark where it cannot. */
export async function tryToWrite(run: EnvironmentRun, note: Note): Promise<string> {
  try {
    await write(run, note);
    return '';
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return ` (this could not be recorded: ${failureText(error)})`;
  }
}

/** Records that it got through; answers what a person must do where it could not be recorded. */
export async function recordSuccess(
  run: EnvironmentRun,
  order: DeploymentOrder,
  outcome: Outcome,
): Promise<Attention | undefined> {
  const event = successOf(order, outcome);
  if (event === undefined) return undefined;
  const { accepted, approval, mergedBy, deployedAs } = run.status;
  const by = accepted?.by ?? order.requester?.by ?? approval?.by ?? mergedBy;
  const reason = accepted?.reason ?? order.requester?.reason;
  const entry = {
    ...about(run, event),
    operation: order.operation,
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
    ...verdictOf(run),
    ...(event === 'rolled back' && order.config !== undefined && { configHeld: true }),
  };
  run.update({ message: `${outcome.message}: it is being recorded` });
  try {
    const note = { entry, ...(deployedAs !== undefined && { commit: deployedAs }) };
    await CancellationScope.nonCancellable(() => write(run, note));
    return undefined;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    run.update({ accepted: undefined });
    return attention(
      `${outcome.message}, but that could not be recorded: ${failureText(error)} Retry when mended, or abort.`,
    );
  }
}

/** A config change that changes nothing has been recorded as deployed, and nobody looked at clusters. */
function successOf({ operation }: DeploymentOrder, { kind }: Outcome): RecordEvent | undefined {
  if (kind === 'promoted' || kind === 'configured' || kind === 'accepted') return kind;
  if (kind === 'unchanged') return operation === 'promotion' ? 'promoted' : undefined;
  return kind === 'rolled back' && operation === 'rollback' ? kind : undefined;
}

/** Records how it ended otherwise, where that is about the environment; answers a remark where it could not. */
export async function recordEnd(run: EnvironmentRun, order: DeploymentOrder, outcome: Outcome): Promise<string> {
  if (successOf(order, outcome)) return '';
  const { kind, by, message, reason = message } = outcome;
  const word = { operation: order.operation, ...(by !== undefined && { by }), reason };
  const { request, deployedAs: commit } = run.status;
  if (kind === 'rejected')
    return tryToWrite(run, { entry: { ...about(run, kind), ...word, ...(request && { request: request.number }) } });
  if (commit === undefined || !givenUp.includes(kind)) return '';
  return tryToWrite(run, { entry: { ...about(run, 'given up'), ...word, ...verdictOf(run) }, commit });
}

const givenUp: readonly OutcomeKind[] = ['aborted', 'superseded', 'rolled back'];

function verdictOf({ status: { fleet, request } }: EnvironmentRun): Pick<RecordEntry, 'clusters' | 'request'> {
  return {
    ...(fleet && { clusters: { total: fleet.total, healthy: fleet.healthy } }),
    ...(request && { request: request.number }),
  };
}

function about(run: EnvironmentRun, event: RecordEvent): RecordEntry {
  const { main, config } = run.status;
  const { workflowId } = workflowInfo();
  return {
    time: new Date().toISOString(),
    event,
    main,
    ...(config !== undefined && { config }),
    workflow: workflowId,
  };
}
