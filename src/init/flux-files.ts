import { checkRepositoryUrl } from '../platform/repository/repository-url.ts';
import type { NewCluster } from './types.ts';

/** The folder of a GitOps branch with what its clusters need of Flux: no group is called like it. */
export const fluxFolder = '_flux';

/** What Flux on a cluster follows. */
export interface FluxTarget {
  /** The GitOps repository, as fairlead.yaml names it. */
  readonly repository: string;
  readonly branch: string;
  readonly cluster: NewCluster;
}

/** Answers the path of a cluster's file on its GitOps branch. */
export function fluxPath({ name }: Pick<NewCluster, 'name'>): string {
  return `${fluxFolder}/${name.replace(/[:/]/g, '_')}.yaml`;
}

/**
 * Writes the GitRepository and the Kustomization that let Flux on a cluster follow its group; undefined: Flux cannot reach a
 * repository on this machine.
 */
export function fluxObjects({ repository, branch, cluster }: FluxTarget): string | undefined {
  const url = fluxUrl(repository);
  if (url === undefined) return undefined;
  return `# What Flux on ${cluster.name} follows. Apply it once, where Flux runs:
#   git show ${branch}:${fluxPath(cluster)} | kubectl --context ${cluster.name} apply -f -
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: platform
  namespace: flux-system
spec:
  interval: 1m
  url: ${url}
  ref:
    branch: ${branch}
  # For a private repository, made by \`flux create secret git platform …\`:
  # secretRef:
  #   name: platform
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: platform
  namespace: flux-system
spec:
  interval: 10m
  retryInterval: 1m
  timeout: 5m
  path: ./${cluster.group}
  prune: true
  wait: true
  sourceRef:
    kind: GitRepository
    name: platform
`;
}

/** Answers the URL in the form that Flux takes: a scheme, and no scp form. */
function fluxUrl(repository: string): string | undefined {
  const { kind, href, path } = checkRepositoryUrl(repository);
  if (kind === 'local') return undefined;
  if (/^[a-z+]+:\/\//.test(href)) return href;
  const authority = href.slice(0, href.indexOf(':', href.indexOf('@')));
  return `ssh://${authority}/${path}`;
}

/** Writes the page that a GitOps branch begins with. */
export function gitopsReadme(environment: string): string {
  return `# ${environment}

What the clusters of ${environment} run. Fairlead renders it from the source repository, and proposes each change as a pull request:
change the source, not this branch.

\`${fluxFolder}\` has, for each cluster, what Flux needs to follow this branch.
`;
}
