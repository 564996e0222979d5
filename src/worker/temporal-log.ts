import { DefaultLogger, type LogEntry, makeTelemetryFilterString, type TelemetryOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { cutMiddle } from '../cut.ts';

/** What the core of the SDK says each time when the task of a workflow fails: Temporal has it run again for ever. */
const failingTask = 'Failing workflow task';
/** How many failures are remembered; the oldest are told once more. */
const remembered = 1_000;
/** The most characters of a field. */
const longest = 2_000;

/** Has the core of the SDK log to the logger of the process, instead of to the console. */
export const forwardedLogs: Pick<TelemetryOptions, 'logging'> = {
  logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
};

/** What is done with an entry beside writing it. */
export interface LogWatch {
  /** Takes out of a text what must not be written: servers may repeat what they were sent. */
  readonly hide: (text: string) => string;
  readonly look: (entry: LogEntry) => void;
}

/** Makes the logger of the SDK, which tells each failure of a workflow's task once. `status` tells how often it fails. */
export function temporalLogger(log: Logger, { hide, look }: LogWatch): DefaultLogger {
  const told = new Set<string>();
  return new DefaultLogger('INFO', (entry) => {
    look(entry);
    if (isToldAlready(told, entry)) return;
    const { level, message, meta } = entry;
    const shown = Object.entries(meta ?? {}).filter(([, value]) => typeof value !== 'object' || value instanceof Error);
    const fields = shown.map(([key, value]) => {
      const text = value instanceof Error ? value.message : value;
      return [key, typeof text === 'string' ? cutMiddle(hide(text), longest) : text];
    });
    const write = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
    log[write[level]](Object.fromEntries(fields), hide(message));
  });
}

function isToldAlready(told: Set<string>, { message, meta }: LogEntry): boolean {
  if (message !== failingTask) return false;
  const { runId, run_id: id = runId, failure } = (meta ?? {}) as Readonly<Record<string, unknown>>;
  const key = `${String(id)} ${cutMiddle(String(failure), longest)}`;
  if (told.has(key)) return true;
  told.add(key);
  if (told.size > remembered) told.delete([...told][0] ?? '');
  return false;
}
