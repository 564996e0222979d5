import { delimiter } from 'node:path';
import { proxyRule } from '../../proxy/proxy.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Clusters } from './platform.ts';

/** Loads what asks clusters; undefined: its client of Kubernetes is not installed. */
export async function loadClusters(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  load = () => import('../../fleet/flux/fleet.ts'),
): Promise<Clusters | undefined> {
  try {
    const { createFluxFleet } = await load();
    const files = settings.kubeconfigFiles.join(delimiter);
    return createFluxFleet({ kubeconfig: { files }, aliases: settings.gitAliases, proxies: proxyRule(env) });
  } catch (error) {
    if (isMissingPackage(error)) return undefined;
    throw error;
  }
}

function isMissingPackage(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') return false;
  return error.message.includes("'@kubernetes/client-node'");
}
