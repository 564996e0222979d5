import { Client } from '@temporalio/client';
import { IllegalStateError } from '@temporalio/common';
import { GracefulShutdownPeriodExpiredError, Runtime, type TelemetryOptions } from '@temporalio/worker';
import { type Logger, pino } from 'pino';
import { createActivities } from './activities/create-activities.ts';
import type { Dependencies } from './dependencies.ts';
import { loadSettings, type Settings } from './settings/settings.ts';
import { readCodecKeys } from './temporal/codec/keys.ts';
import { connectConfig } from './temporal/connection/config.ts';
import { sentCredentials } from './temporal/connection/credentials.ts';
import { openTracing } from './temporal/tracing/open.ts';
import type { Tracing } from './temporal/tracing/tracing.ts';
import { serveCodec } from './worker/codec/endpoint.ts';
import { connectWorker, type WorkerConnection } from './worker/connection.ts';
import { createWorkers, placesOfQueues } from './worker/create-workers.ts';
import { createDependencies } from './worker/dependencies.ts';
import { startForgeGauges } from './worker/metrics/forge-gauges.ts';
import { freePort, type MetricsPlace, serveMetrics } from './worker/metrics/metrics-server.ts';
import { startOperationGauges } from './worker/metrics/operation-gauges.ts';
import { stepMetrics } from './worker/metrics/step-metrics.ts';
import { othersRunOn } from './worker/operations-query.ts';
import { type StepWatch, shutdownTimes, watchSteps } from './worker/shutdown.ts';
import { type CheckedStart, checkStart } from './worker/start/check-start.ts';
import { openFilesAdvice, openFilesLimit } from './worker/start/open-files.ts';
import { forwardedLogs, temporalLogger } from './worker/temporal-log.ts';
import { tracedSteps } from './worker/tracing/traced-steps.ts';
import { type FatalErrors, watchFatalErrors } from './worker/trouble/fatal-error.ts';
import { whyFatal } from './worker/trouble/why-fatal.ts';
import { type OwnWorker, ownOptions } from './worker/versioning/own-worker.ts';
import { type VersionWatch, watchVersion } from './worker/versioning/watch-version.ts';

/**
 * Runs a worker until it is asked to stop (SIGINT, SIGTERM), and has finished what it holds or handed it back.
 * Logs JSON lines to standard error. Throws `Failure` where settings are wrong, Temporal is away, or the workflows of this
 * build do not replay what runs.
 */
export async function runWorker(settings?: Settings, { whilePolling }: WorkerHooks = {}): Promise<void> {
  const chosen = settings ?? (await loadSettings());
  const log = pino({ name: 'fairlead-worker' }, pino.destination(2));
  const fatal = watchFatalErrors();
  const { hide } = sentCredentials(connectConfig(process.env));
  const { metricsAddress: address } = chosen;
  const metrics = address === undefined ? undefined : { address, sdkPort: await freePort() };
  // First, because a runtime that is there keeps the process.
  const served = metrics && (await serveMetrics(metrics));
  try {
    const installRuntime = () =>
      Runtime.install({
        logger: temporalLogger(log, { hide, look: fatal.look }),
        shutdownSignals: ['SIGINT', 'SIGTERM'],
        telemetryOptions: { ...forwardedLogs, ...(metrics && sdkMetrics(metrics)) },
      });
    await workUntilStopped(chosen, { log, fatal, installRuntime, whilePolling });
  } finally {
    await served?.close();
  }
}

/** What others do while a worker polls. */
export interface WorkerHooks {
  /** Is called once it polls, with its log. It must not throw. */
  readonly whilePolling?: ((log: Logger) => void) | undefined;
}

interface WorkerProcess extends WorkerHooks {
  readonly log: Logger;
  readonly fatal: FatalErrors;
}

/** A worker that has not asked for Temporal yet. */
interface StartingWorker extends WorkerProcess {
  readonly installRuntime: () => void;
}

async function workUntilStopped(
  settings: Settings,
  { log, fatal, installRuntime, whilePolling }: StartingWorker,
): Promise<void> {
  const advice = openFilesAdvice(await openFilesLimit(), settings.concurrency);
  if (advice !== undefined) log.warn(advice);
  const keys = await readCodecKeys(settings.codec);
  const tracing = await openTracing(process.env, { service: 'fairlead-worker', report: (why) => log.warn(why) });
  const dependencies = await createDependencies(settings, (sentence) => log.info(sentence));
  try {
    // A runtime without a connection would keep the process of a worker that cannot start, whatever is sent to it.
    installRuntime();
    const temporal = await connectWorker();
    try {
      const checked = await checkStart(temporal, { settings, keys, tracing, log });
      const { endpoint } = settings.codec;
      const codecServer = endpoint && (await serveCodec(endpoint, { keys, namespace: temporal.namespace }));
      try {
        await poll(temporal, { settings, checked, dependencies, tracing, log, fatal, whilePolling });
      } finally {
        await codecServer?.close();
      }
    } finally {
      // Workers that did not end hold the connection, and end with the process.
      await temporal.connection.close().catch((error: unknown) => {
        if (!(error instanceof IllegalStateError)) throw error;
      });
    }
  } finally {
    await dependencies.close();
    await tracing?.close();
  }
}

/** Takes tasks until the process is asked to stop. What has not ended by then ends the process with 1. */
async function poll(
  temporal: WorkerConnection,
  {
    settings,
    checked: { build, own },
    dependencies,
    tracing,
    log,
    fatal,
    whilePolling,
  }: WorkerProcess & {
    readonly settings: Settings;
    readonly checked: CheckedStart;
    readonly dependencies: Dependencies;
    readonly tracing: Tracing | undefined;
  },
): Promise<void> {
  const { connection, namespace } = temporal;
  const { taskQueue, concurrency, metricsAddress, inactivePatches } = settings;
  const steps = watchSteps();
  const client = new Client({ connection, namespace });
  const othersRun = othersRunOn(client, taskQueue, (sentence) => log.warn(sentence));
  const options = {
    ...ownOptions(own, inactivePatches),
    connection,
    namespace,
    taskQueue,
    ...build,
    activities: { ...createActivities(dependencies, placesOfQueues(taskQueue, concurrency, othersRun)) },
    ...shutdownTimes,
    interceptors: { activity: [stepMetrics, steps.interceptor, ...(tracing ? [tracedSteps(tracing)] : [])] },
    maxConcurrentActivityTaskExecutions: concurrency.activities,
    maxCachedWorkflows: concurrency.cachedWorkflows,
  };
  const stopWatching = startWatch(temporal, own, { ...settings, report: ({ level, words }) => log[level](words) });
  const stopCounting =
    metricsAddress === undefined ? undefined : startGauges(temporal, { taskQueue, forges: dependencies.forges, log });
  try {
    const workers = await createWorkers(options, concurrency);
    log.info({ namespace, taskQueue, build: own.identity.build, metrics: metricsAddress }, 'the worker polls');
    whilePolling?.(log);
    await fatal.guard(workers.run(), () => workers.shutdown());
    sayWhatIsLeft(steps, log);
  } catch (error) {
    if (!(error instanceof GracefulShutdownPeriodExpiredError)) {
      const failure = await whyFatal(error, temporal);
      // Pollers that the SDK waits for keep the process as well. The failure is told by then, and the exit code is its own.
      process.exitCode = 1;
      setTimeout(() => process.exit(), 15_000).unref();
      throw failure;
    }
    sayWhatIsLeft(steps, log);
    // What has not ended would keep the process for as long as it goes on.
    process.exit(1);
  } finally {
    stopCounting?.();
    await stopWatching?.();
  }
}

function sayWhatIsLeft(steps: StepWatch, log: Logger): void {
  const { handedBack, notEnded } = steps.left();
  for (const left of handedBack) log.info(left, 'the worker stops, and hands this step back to another one');
  for (const left of notEnded) log.error(left, 'the worker stops, although this step has not ended');
  log.info({ handedBack: handedBack.length, notEnded: notEnded.length }, 'the worker has stopped');
}

/** Watches the version of a versioned worker, which gets tasks only while it is the current one. */
function startWatch(
  { connection, namespace }: WorkerConnection,
  { version }: OwnWorker,
  { versioning, taskQueue, report }: Pick<Settings, 'versioning' | 'taskQueue'> & Pick<VersionWatch, 'report'>,
): (() => Promise<void>) | undefined {
  if (version === undefined || versioning === undefined) return undefined;
  const { makeCurrent } = versioning;
  return watchVersion({ connection, queue: { namespace, taskQueue }, version, makeCurrent, report });
}

/** Has the SDK serve its metrics to us, with durations in seconds and names as Prometheus wants them. */
function sdkMetrics({ sdkPort }: MetricsPlace): TelemetryOptions {
  const bindAddress = `127.0.0.1:${sdkPort}`;
  return { metrics: { prometheus: { bindAddress, countersTotalSuffix: true, useSecondsForDurations: true } } };
}

/** Counts what is under way, and what forges leave of their limits, for the metrics. Answers how to stop. */
function startGauges(
  { connection, namespace }: WorkerConnection,
  { taskQueue, forges, log }: { readonly taskQueue: string; readonly log: Logger } & Pick<Dependencies, 'forges'>,
): () => void {
  const client = new Client({ connection, namespace });
  const meter = Runtime.instance().metricMeter;
  const report = (sentence: string) => log.warn(sentence);
  const stops = [startOperationGauges({ client, meter, taskQueue, report }), startForgeGauges(meter, forges)];
  return () => {
    for (const stop of stops) stop();
  };
}
