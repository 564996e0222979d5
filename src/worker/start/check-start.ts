import type { Logger } from 'pino';
import type { Settings } from '../../settings/settings.ts';
import { temporalFailure } from '../../temporal/client.ts';
import { workerConverter } from '../../temporal/codec/data-converter.ts';
import type { CodecKey } from '../../temporal/codec/keys.ts';
import { readPollers } from '../../temporal/pollers.ts';
import type { Tracing } from '../../temporal/tracing/tracing.ts';
import { hideFailures, workflowSource } from '../bundle.ts';
import { checkKeys } from '../codec/key-check.ts';
import type { WorkerConnection } from '../connection.ts';
import { traceSinks } from '../tracing/traced-steps.ts';
import { neighbourWords } from '../versioning/neighbours.ts';
import { type OwnWorker, ownWorker, patchWords } from '../versioning/own-worker.ts';
import { checkReplay } from './replay-check.ts';

/** What a worker may poll with, once `checkStart` has found nothing against it. */
export interface CheckedStart {
  readonly own: OwnWorker;
  readonly build: {
    readonly workflowBundle: { readonly code: string };
    readonly dataConverter: ReturnType<typeof workerConverter>;
    readonly sinks: ReturnType<typeof traceSinks>;
  };
}

/**
 * Looks at everything that would make a worker do harm: keys that others do not have, workflows that it does not replay. Warns
 * of workers on the same queue that differ, and of patches that wait. Throws `Failure` where the worker must not poll.
 */
export async function checkStart(
  temporal: WorkerConnection,
  {
    settings,
    keys,
    tracing,
    log,
  }: {
    readonly settings: Settings;
    readonly keys: readonly CodecKey[];
    readonly tracing: Tracing | undefined;
    readonly log: Logger;
  },
): Promise<CheckedStart> {
  const { connection, namespace } = temporal;
  const { taskQueue, replayCheck, inactivePatches } = settings;
  await checkKeys(temporal, { taskQueue, keys });
  const { workflowBundle } = await workflowSource(process.env);
  const build = {
    workflowBundle: keys.length === 0 ? workflowBundle : { code: hideFailures(workflowBundle.code) },
    dataConverter: workerConverter(keys),
    sinks: traceSinks(tracing),
  };
  const { replayed, failing } = await checkReplay(temporal, { taskQueue, most: replayCheck, ...build });
  log.info({ replayed }, 'running workflows were replayed with this build');
  if (failing.length > 0)
    log.warn({ failing }, 'the tasks of these workflows fail already: see why in the Temporal UI');
  const own = ownWorker(settings, workflowBundle);
  for (const words of patchWords(inactivePatches, workflowBundle)) log.warn(words);
  const pollers = await readPollers(connection, { namespace, taskQueue }).catch((error: unknown) => {
    throw temporalFailure(error, temporal);
  });
  for (const words of neighbourWords(own, pollers)) log.warn(words);
  return { own, build };
}
