import { Client } from '@temporalio/client';
import { GracefulShutdownPeriodExpiredError, Runtime, type TelemetryOptions } from '@temporalio/worker';
import { type Logger, pino } from 'pino';
import { createActivities } from './activities/create-activities.ts';
import { loadSettings, type Settings } from './settings/settings.ts';
import { temporalFailure } from './temporal/client.ts';
import { workerConverter } from './temporal/codec/data-converter.ts';
import { type CodecKey, readCodecKeys } from './temporal/codec/keys.ts';
import { readPollers } from './temporal/pollers.ts';
import { openTracing } from './temporal/tracing/open.ts';
import { hideFailures, workflowSource } from './worker/bundle.ts';
import { serveCodec } from './worker/codec/endpoint.ts';
import { checkKeys } from './worker/codec/key-check.ts';
import { connectWorker, type WorkerConnection } from './worker/connection.ts';
import { createWorkers, placesOfQueues } from './worker/create-workers.ts';
import { createDependencies } from './worker/dependencies.ts';
import { freePort, type MetricsPlace, serveMetrics } from './worker/metrics/metrics-server.ts';
import { startOperationGauges } from './worker/metrics/operation-gauges.ts';
import { stepMetrics } from './worker/metrics/step-metrics.ts';
import { openFilesAdvice, openFilesLimit } from './worker/open-files.ts';
import { othersRunOn } from './worker/operations-query.ts';
import { checkReplay } from './worker/replay-check.ts';
import { type StepWatch, shutdownTimes, watchSteps } from './worker/shutdown.ts';
import { forwardedLogs, temporalLogger } from './worker/temporal-log.ts';
import { tracedSteps, traceSinks } from './worker/tracing/traced-steps.ts';
import { neighbourWords } from './worker/versioning/neighbours.ts';
import { type OwnWorker, ownOptions, ownWorker, patchWords } from './worker/versioning/own-worker.ts';
import { type VersionWatch, watchVersion } from './worker/versioning/watch-version.ts';

/**
 * Runs a worker until it is asked to stop (SIGINT, SIGTERM), and has finished what it holds or handed it back.
 * Logs JSON lines to standard error. Throws `Failure` where settings are wrong, Temporal is away, or the workflows of this
 * build do not replay what runs.
 */
export async function runWorker(settings?: Settings): Promise<void> {
  const chosen = settings ?? (await loadSettings());
  const log = pino({ name: 'fairlead-worker' }, pino.destination(2));
  const { metricsAddress: address } = chosen;
  const metrics = address === undefined ? undefined : { address, sdkPort: await freePort() };
  // First, because a runtime that is there keeps the process.
  const served = metrics && (await serveMetrics(metrics));
  try {
    Runtime.install({
      logger: temporalLogger(log),
      shutdownSignals: ['SIGINT', 'SIGTERM'],
      telemetryOptions: { ...forwardedLogs, ...(metrics && sdkMetrics(metrics)) },
    });
    await workUntilStopped(chosen, log);
  } finally {
    await served?.close();
  }
}

async function workUntilStopped(chosen: Settings, log: Log): Promise<void> {
  const { metricsAddress } = chosen;
  const advice = openFilesAdvice(await openFilesLimit(), chosen.concurrency);
  if (advice !== undefined) log.warn(advice);
  const keys = await readCodecKeys(chosen.codec);
  const tracing = await openTracing(process.env, { service: 'fairlead-worker', report: (why) => log.warn(why) });
  const dependencies = await createDependencies(chosen, (sentence) => log.info(sentence));
  try {
    const temporal = await connectWorker();
    const { connection, namespace } = temporal;
    const { taskQueue } = chosen;
    try {
      await checkKeys(temporal, { taskQueue, keys });
      const { workflowBundle } = await workflowSource(process.env);
      const build = { ...withKeys(workflowBundle, keys), sinks: traceSinks(tracing) };
      const { replayed, failing } = await checkReplay(temporal, { taskQueue, most: chosen.replayCheck, ...build });
      log.info({ replayed }, 'running workflows were replayed with this build');
      if (failing.length > 0)
        log.warn({ failing }, 'the tasks of these workflows fail already: see why in the Temporal UI');
      const own = ownWorker(chosen, workflowBundle);
      const { inactivePatches } = chosen;
      for (const words of patchWords(inactivePatches, workflowBundle)) log.warn(words);
      const pollers = await readPollers(connection, { namespace, taskQueue }).catch((error: unknown) => {
        throw temporalFailure(error, temporal);
      });
      for (const words of neighbourWords(own, pollers)) log.warn(words);
      const steps = watchSteps();
      const client = new Client({ connection, namespace });
      const othersRun = othersRunOn(client, taskQueue, (sentence) => log.warn(sentence));
      const placesOf = placesOfQueues(taskQueue, chosen.concurrency, othersRun);
      const options = {
        ...ownOptions(own, inactivePatches),
        connection,
        namespace,
        taskQueue,
        ...build,
        activities: { ...createActivities(dependencies, placesOf) },
        ...shutdownTimes,
        interceptors: { activity: [stepMetrics, steps.interceptor, ...(tracing ? [tracedSteps(tracing)] : [])] },
        maxConcurrentActivityTaskExecutions: chosen.concurrency.activities,
        maxCachedWorkflows: chosen.concurrency.cachedWorkflows,
      };
      const { endpoint } = chosen.codec;
      const codecServer = endpoint && (await serveCodec(endpoint, { keys, namespace }));
      const stopWatching = startWatch(temporal, own, { ...chosen, report: ({ level, words }) => log[level](words) });
      const stopCounting = metricsAddress === undefined ? undefined : startGauges(temporal, taskQueue, log);
      try {
        const workers = await createWorkers(options, chosen.concurrency);
        log.info({ namespace, taskQueue, build: own.identity.build, metrics: metricsAddress }, 'the worker polls');
        await workers.run();
        sayWhatIsLeft(steps, log);
      } catch (error) {
        if (!(error instanceof GracefulShutdownPeriodExpiredError)) throw error;
        sayWhatIsLeft(steps, log);
        // What has not ended would keep the process for as long as it goes on.
        process.exit(1);
      } finally {
        stopCounting?.();
        await codecServer?.close();
        await stopWatching?.();
      }
    } finally {
      await connection.close();
    }
  } finally {
    await dependencies.close();
    await tracing?.close();
  }
}

/** Answers the workflows, and what they read and write payloads with. */
function withKeys(workflowBundle: { readonly code: string }, keys: readonly CodecKey[]) {
  return {
    workflowBundle: keys.length === 0 ? workflowBundle : { code: hideFailures(workflowBundle.code) },
    dataConverter: workerConverter(keys),
  };
}

type Log = Logger;

function sayWhatIsLeft(steps: StepWatch, log: Log): void {
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

function startGauges({ connection, namespace }: WorkerConnection, taskQueue: string, log: Log): () => void {
  const client = new Client({ connection, namespace });
  const meter = Runtime.instance().metricMeter;
  return startOperationGauges({ client, meter, taskQueue, report: (sentence) => log.warn(sentence) });
}
