import type { Client, WorkflowClientInterceptor } from '@temporalio/client';
import proto from '@temporalio/proto';

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

interface Execution {
  readonly workflowId: string;
  readonly runId?: string;
}

/** Remembers what a client starts, however it starts it; the time-skipping server cannot be asked for a list. */
export class StartedExecutions {
  readonly #executions: Execution[] = [];

  readonly interceptor: WorkflowClientInterceptor = {
    startWithDetails: async (input, next) => {
      const output = await next(input);
      this.#executions.push({ workflowId: input.options.workflowId, runId: output.runId });
      return output;
    },
    signalWithStart: async (input, next) => {
      const runId = await next(input);
      this.#executions.push({ workflowId: input.options.workflowId, runId });
      return runId;
    },
    startUpdateWithStart: async (input, next) => {
      const output = await next(input);
      this.#executions.push({
        workflowId: output.workflowExecution.workflowId,
        runId: output.workflowExecution.runId,
      });
      return output;
    },
  };

  get all(): readonly Execution[] {
    return this.#executions;
  }

  get runIds(): ReadonlySet<string> {
    return new Set(this.#executions.flatMap(({ runId }) => runId ?? []));
  }
}

export interface RecordedHistory {
  readonly workflowId: string;
  readonly runId: string;
  readonly history: History;
}

/**
 * Fetches the histories of the executions given, and of all that these started or continued as: children, runs
 * continued as new, retries. Each run comes once.
 */
export async function fetchHistories(client: Client, executions: Iterable<Execution>): Promise<RecordedHistory[]> {
  const found = new Map<string, RecordedHistory>();
  const queue = [...executions];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { workflowId, runId } = next;
    if (runId && found.has(runId)) continue;
    const history = await fetchHistory(client, next);
    const events = history.events ?? [];
    const ownRunId = runId ?? events[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? workflowId;
    found.set(ownRunId, { workflowId, runId: ownRunId, history });
    queue.push(...events.flatMap((event) => startedBy(event, workflowId)));
  }
  return [...found.values()];
}

/** Events of one page: with large ones in it, a page of the server's own size is larger than gRPC takes. */
const pageSize = 50;

async function fetchHistory(client: Client, execution: Execution): Promise<History> {
  const events: HistoryEvent[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution,
      maximumPageSize: pageSize,
      nextPageToken,
    });
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken;
  } while (nextPageToken?.length);
  return proto.temporal.api.history.v1.History.create({ events });
}

function startedBy(event: HistoryEvent, workflowId: string): readonly Execution[] {
  const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
  if (child?.workflowId && child.runId) return [{ workflowId: child.workflowId, runId: child.runId }];
  const next =
    event.workflowExecutionContinuedAsNewEventAttributes ??
    event.workflowExecutionFailedEventAttributes ??
    event.workflowExecutionCompletedEventAttributes ??
    event.workflowExecutionTimedOutEventAttributes;
  return next?.newExecutionRunId ? [{ workflowId, runId: next.newExecutionRunId }] : [];
}
