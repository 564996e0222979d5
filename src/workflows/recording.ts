import { ActivityFailure, workflowInfo } from '@temporalio/workflow';
import type { RecordEntry, RecordEvent } from '../record/entry.ts';
import { step } from './activities.ts';
import type { Cargo, EnvironmentRun } from './environment-run.ts';
import { failureText, type Outcome } from './results.ts';

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

/** What is on the branch from now on. */
export function deployedNote(run: EnvironmentRun, cargo: Cargo): Note {
  const { mergedBy, approval, request, mergeCommit, deployedAs: commit } = run.status;
  const by = mergedBy ?? approval?.by ?? cargo.asked?.by;
  const entry = {
    ...about(run, 'deployed'),
    errand: cargo.errand,
    ...(by !== undefined && { by }),
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

/** Records how it ended, where that is about the environment; answers a remark where it could not. */
export async function recordOutcome(run: EnvironmentRun, cargo: Cargo, outcome: Outcome): Promise<string> {
  const note = outcomeNote(run, cargo, outcome);
  return note ? tryToWrite(run, note) : '';
}

function outcomeNote(run: EnvironmentRun, cargo: Cargo, outcome: Outcome): Note | undefined {
  const event = eventOf(cargo, outcome);
  if (event === undefined) return undefined;
  const { fleet, accepted, approval, mergedBy, deployedAs } = run.status;
  const isNo = event === 'rejected';
  const by = isNo ? outcome.by : (accepted?.by ?? cargo.asked?.by ?? approval?.by ?? mergedBy);
  const reason = isNo ? (outcome.reason ?? outcome.message) : (accepted?.reason ?? cargo.asked?.reason);
  const entry = {
    ...about(run, event),
    errand: cargo.errand,
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
    ...(fleet && !isNo && { clusters: { total: fleet.total, healthy: fleet.healthy } }),
    ...(run.status.request && { request: run.status.request.number }),
    ...(event === 'rolled back' && cargo.config !== undefined && { configHeld: true }),
  };
  return { entry, ...(deployedAs !== undefined && !isNo && { commit: deployedAs }) };
}

/** A config change that changes nothing has been recorded as deployed, and nobody looked at clusters. */
function eventOf({ errand }: Cargo, { kind }: Outcome): RecordEvent | undefined {
  if (kind === 'promoted' || kind === 'configured' || kind === 'accepted' || kind === 'rejected') return kind;
  if (kind === 'unchanged') return errand === 'promote' ? 'promoted' : undefined;
  return kind === 'rolled back' && errand === 'rollback' ? kind : undefined;
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
