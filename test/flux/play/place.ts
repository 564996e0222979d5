import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';
import { kubeconfigText } from '../cluster/credentials.ts';
import { grantTo } from '../cluster/permissions.ts';
import type { KubeClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/objects.ts';
import type { Scene } from '../scenes/scene.ts';
import { openProduct, type Product, type ProductOptions } from './product.ts';

/** A scene on one cluster: what it has there, and the product that looks at it. */
export interface Place {
  readonly cluster: Cluster;
  readonly client: KubeClient;
  readonly product: Product;
  /** Gives the scene's own user what it lacked so far. */
  grant(): Promise<void>;
}

interface PlaceOptions extends Omit<ProductOptions, 'kubeconfigPath' | 'context' | 'coverage'> {
  readonly namespace: string;
}

/** Makes the namespace and what the scene has in it; Flux's objects follow with the first commit. */
export async function openPlace(
  cluster: Cluster,
  scene: Scene,
  { namespace, ...options }: PlaceOptions,
): Promise<Place> {
  const { client } = cluster.server;
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const object of scene.objects ?? []) await client.apply(object);
  const kubeconfigPath = scene.lacks
    ? await writeKubeconfigOfOwn(cluster, namespace)
    : cluster.server.kubeconfigs.fairlead.path;
  const grant = (lacks: readonly string[] = []) =>
    grantTo(client, { name: namespace, subject: { kind: 'ServiceAccount', name: user, namespace }, lacks });
  if (scene.lacks) await grant(scene.lacks);
  const product = openProduct({
    kubeconfigPath,
    context: cluster.name,
    coverage: scene.coverage ?? 'strict',
    ...options,
  });
  return { cluster, client, product, grant };
}

/** The ServiceAccount of a scene whose user may not do everything. */
const user = 'fairlead';

async function writeKubeconfigOfOwn({ name, server }: Cluster, namespace: string): Promise<string> {
  const account: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: user, namespace } };
  await server.client.apply(account);
  const token = await server.client.tokenOf(account);
  const path = join(dirname(server.kubeconfigs.fairlead.path), `${namespace}.kubeconfig`);
  await writeFile(path, kubeconfigText(name, server.url, { certificate: server.credentials.certificate, token }), {
    mode: 0o600,
  });
  return path;
}
