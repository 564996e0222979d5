import { type GitRepository, KUSTOMIZE_API, type Kustomization, SOURCE_API } from '../controllers/flux-types.ts';
import { goDuration } from '../time.ts';
import type { ClusterOptions, KustomizationOptions, Timings } from '../types.ts';

const NAMESPACE = 'flux-system';
const SOURCE = 'gitops';

/**
 * Answers the objects that somebody applied when the cluster was set up: the source, and a Kustomization for each
 * folder.
 */
export function initialObjects(
  { gitops, paths }: Pick<ClusterOptions, 'gitops' | 'paths'>,
  timings: Timings,
): readonly (GitRepository | Kustomization)[] {
  const repository: GitRepository = {
    apiVersion: SOURCE_API,
    kind: 'GitRepository',
    metadata: { name: SOURCE, namespace: NAMESPACE },
    spec: { url: gitops.url, ref: { branch: gitops.branch }, interval: goDuration(timings.pullMs) },
  };
  return [repository, ...paths.map((path) => kustomization(typeof path === 'string' ? { path } : path, timings))];
}

function kustomization(options: KustomizationOptions, timings: Timings): Kustomization {
  const { path, name = path.replaceAll('/', '-') || 'root', dependsOn = [], wait = true, suspend } = options;
  return {
    apiVersion: KUSTOMIZE_API,
    kind: 'Kustomization',
    metadata: { name, namespace: NAMESPACE, finalizers: ['finalizers.fluxcd.io'] },
    spec: {
      path: `./${path}`,
      interval: goDuration(timings.intervalMs),
      retryInterval: goDuration(timings.retryMs),
      timeout: goDuration(timings.healthTimeoutMs),
      prune: true,
      wait,
      ...(suspend !== undefined && { suspend }),
      ...(dependsOn.length > 0 && { dependsOn: dependsOn.map((each) => ({ name: each })) }),
      sourceRef: { kind: 'GitRepository', name: SOURCE },
    },
  };
}
