import { Failure } from '../../failure.ts';
import { laneId } from '../../lane/messages.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import type { Io } from '../io.ts';
import { type TemporalNamespace, withTemporalNamespace } from '../temporal/online.ts';
import { type EnvironmentRow, lacksVerdict, type RowWithoutVerdict, type UnderWay } from './row.ts';

/**
 * Adds to the rows whose deployed pair has no verdict what is under way there. Temporal is asked for them alone; what it does not
 * answer is told in the row, and is no fault of the environment. Throws no `Failure`.
 */
export async function withUnderWay(rows: readonly EnvironmentRow[], io: Io): Promise<readonly EnvironmentRow[]> {
  try {
    return await withTemporalNamespace(io, (namespace) => askRows(rows, namespace));
  } catch (error) {
    const underWayUnknown = reasonOf(error);
    return rows.map((row) => (lacksVerdict(row) ? { ...row, underWayUnknown } : row));
  }
}

/** Asks the lane and the operation of each row that has no verdict. Throws no `Failure`. */
export function askRows(
  rows: readonly EnvironmentRow[],
  namespace: AskedNamespace,
): Promise<readonly EnvironmentRow[]> {
  return Promise.all(rows.map((row) => (lacksVerdict(row) ? askRow(row, namespace) : row)));
}

/** What is asked of a Temporal namespace. */
export interface AskedNamespace {
  readonly lanes: Pick<TemporalNamespace['lanes'], 'view'>;
  readonly operations: Pick<TemporalNamespace['operations'], 'view'>;
}

async function askRow(row: RowWithoutVerdict, namespace: AskedNamespace): Promise<EnvironmentRow> {
  try {
    return { ...row, underWay: await underWayOf(row, namespace) };
  } catch (error) {
    return { ...row, underWayUnknown: reasonOf(error) };
  }
}

async function underWayOf(
  { environment, gitops }: RowWithoutVerdict,
  { lanes, operations }: AskedNamespace,
): Promise<UnderWay | undefined> {
  const lane = await lanes.view(laneId(platformId(gitops.repository), gitops.branch)).catch(nothingIfEnded);
  if (lane?.current === undefined) return undefined;
  const { workflowId: operation } = lane.current;
  const view = await operations.view({ id: operation });
  const found = view?.environments.find((each) => each.environment === environment);
  return found && { operation, state: found.state, since: found.since, message: found.message };
}

/** A lane that does not run has nobody in it. */
function nothingIfEnded(error: unknown): undefined {
  if (error instanceof Failure && error.type === 'NotFound') return undefined;
  throw error;
}

function reasonOf(error: unknown): string {
  if (error instanceof Failure) return error.message;
  throw error;
}
