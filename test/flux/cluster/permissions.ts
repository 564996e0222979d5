import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import type { KubeClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/objects.ts';
import { users } from './credentials.ts';

const docs = new URL('../../../docs/fleet.md', import.meta.url);

/** Gives the product's user exactly what docs/fleet.md says it needs: a rule that is missing there turns scenes red. */
export async function grantPermissions(client: KubeClient): Promise<void> {
  const role = await documentedRole();
  await client.apply(role);
  await client.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: role.metadata.name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.metadata.name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: users.fairlead }],
  });
}

async function documentedRole(): Promise<KubeObject> {
  const text = await readFile(docs, 'utf8');
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].flatMap(([, block = '']) => parseAllDocuments(block));
  const objects = blocks.map((each) => each.toJS() as KubeObject);
  const role = objects.find((each) => each?.kind === 'ClusterRole');
  if (!role) throw new Error('docs/fleet.md has no ClusterRole in a block of YAML');
  return role;
}
