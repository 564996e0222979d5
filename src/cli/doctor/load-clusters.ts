import { delimiter } from 'node:path';
import { Failure } from '../../failure.ts';
import { proxyRule } from '../../proxy/proxy.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Io } from '../io.ts';
import { loadWorkerParts, type WorkerParts } from '../worker/load.ts';
import type { Clusters } from './platform.ts';

/**
 * Loads what asks clusters. Answers the failure where the worker's package, which has the client of Kubernetes, is not installed or is of
 * another version: it has the command that installs it.
 */
export async function loadClusters(
  settings: Settings,
  io: Pick<Io, 'env'>,
  load: () => Promise<Pick<WorkerParts, 'createFluxFleet'>> = loadWorkerParts,
): Promise<Clusters | Failure> {
  try {
    const { createFluxFleet } = await load();
    const files = settings.kubeconfigFiles.join(delimiter);
    return createFluxFleet({ kubeconfig: { files }, aliases: settings.gitAliases, proxies: proxyRule(io.env) });
  } catch (error) {
    if (error instanceof Failure && error.type === 'InvalidConfig') return error;
    throw error;
  }
}
