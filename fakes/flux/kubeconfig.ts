import { stringify } from 'yaml';
import type { StartedCluster } from './cluster.ts';

/** Writes a kubeconfig with one context for each cluster. */
export function kubeconfigOf(clusters: readonly StartedCluster[], authority: string): string {
  const data = Buffer.from(authority).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: clusters.map(({ context, apiUrl }) => ({
      name: context,
      cluster: { server: apiUrl, 'certificate-authority-data': data },
    })),
    users: clusters.map(({ context, token }) => ({ name: context, user: { token } })),
    contexts: clusters.map(({ context }) => ({ name: context, context: { cluster: context, user: context } })),
  });
}
