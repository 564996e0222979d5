import { channel } from 'node:diagnostics_channel';
import { type LogLevel, type LogMetadata, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

/** An entry of the SDK's log. */
export interface TemporalLogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly meta: LogMetadata | undefined;
}

/** The channel of what the SDK logs in this process, as `TemporalLogEntry`. */
export const temporalLog = channel('fairlead.test.temporal-log');

const printed: readonly LogLevel[] = process.env.TEMPORAL_LOG ? ['INFO', 'WARN', 'ERROR'] : [];

function log(level: LogLevel, message: string, meta?: LogMetadata): void {
  if (printed.includes(level)) console.error(level, message, meta);
  temporalLog.publish({ level, message, meta } satisfies TemporalLogEntry);
}

// Vitest's set-up file for tests with a server. Without it the SDK writes a warning for each attempt of an activity
// that a test fails on purpose; with it a test hears of a failing workflow task at once, not by its timeout.
Runtime.install({
  logger: {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  },
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} } },
});
