import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import proto from '@temporalio/proto';
import { eventNumber, type HistoryName } from '../points/point.ts';

/** An event of a history, as soon as it is written. */
export interface SeenEvent {
  readonly history: HistoryName;
  /** The number of the kill point after it. */
  readonly number: number;
  /** `WorkflowTaskCompleted` and the like. */
  readonly type: string;
  /** When the server wrote it, in milliseconds of the epoch. */
  readonly at: number;
  readonly raw: temporal.api.history.v1.IHistoryEvent;
}

const longPollMs = 20_000;

/** Follows the history of a workflow that may not have begun yet; `onEvent` hears of each event once. */
export async function watchHistory(
  client: Client,
  { history, workflowId }: { readonly history: HistoryName; readonly workflowId: string },
  { onEvent, signal }: { readonly onEvent: (event: SeenEvent) => void; readonly signal: AbortSignal },
): Promise<void> {
  let nextPageToken: Uint8Array | undefined;
  while (!signal.aborted) {
    try {
      const answer = await client.connection.withDeadline(Date.now() + longPollMs, () =>
        client.connection.withAbortSignal(signal, () =>
          client.workflowService.getWorkflowExecutionHistory({
            namespace: 'default',
            execution: { workflowId },
            waitNewEvent: true,
            ...(nextPageToken && { nextPageToken }),
          }),
        ),
      );
      for (const raw of answer.history?.events ?? []) onEvent(seenEvent(history, raw));
      if (!answer.nextPageToken?.length) return;
      nextPageToken = answer.nextPageToken;
    } catch (error) {
      if (signal.aborted) return;
      if (!isGrpcServiceError(error)) throw error;
      await pause(100);
    }
  }
}

function seenEvent(history: HistoryName, raw: temporal.api.history.v1.IHistoryEvent): SeenEvent {
  const type = proto.temporal.api.enums.v1.EventType[raw.eventType ?? 0] ?? '';
  return {
    history,
    number: eventNumber(history, Number(raw.eventId)),
    type: type
      .replace(/^EVENT_TYPE_/, '')
      .toLowerCase()
      .replaceAll('_', ' '),
    at: milliseconds(raw.eventTime),
    raw,
  };
}

/** Translates the server's time to milliseconds of the epoch. */
export function milliseconds(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
}
