import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import type { KubeClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/objects.ts';
import { users } from './credentials.ts';

const docs = new URL('../../../docs/fleet.md', import.meta.url);
const apiVersion = 'rbac.authorization.k8s.io/v1';

/** Who may do what docs/fleet.md says, apart from what is taken away, as `list configmaps`. */
interface Grant {
  /** Of the ClusterRole and its binding. */
  readonly name: string;
  readonly subject: Readonly<Record<string, string>>;
  readonly lacks?: readonly string[];
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Gives the product's user exactly what docs/fleet.md says it needs: a rule that is missing there turns scenes red. */
export async function grantPermissions(client: KubeClient): Promise<void> {
  const subject = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: users.fairlead };
  await grantTo(client, { name: 'fairlead', subject });
}

/** Grants what docs/fleet.md says, without what is lacking; a grant of the same name is replaced. */
export async function grantTo(client: KubeClient, { name, subject, lacks = [] }: Grant): Promise<void> {
  const all = await documentedRules();
  const granted = all.flatMap(({ verbs, resources }) =>
    verbs.flatMap((verb) => resources.map((each) => `${verb} ${each}`)),
  );
  const unknown = lacks.find((each) => !granted.includes(each));
  if (unknown !== undefined) throw new Error(`docs/fleet.md lets nobody ${unknown}, so that it cannot lack`);
  const rules = all.map((rule) => ({
    ...rule,
    resources: rule.resources.filter((each) => !rule.verbs.some((verb) => lacks.includes(`${verb} ${each}`))),
  }));
  const kept = rules.filter(({ resources }) => resources.length > 0);
  await client.apply({ apiVersion, kind: 'ClusterRole', metadata: { name }, rules: kept });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
  await client.apply({ apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, roleRef, subjects: [subject] });
}

async function documentedRules(): Promise<readonly Rule[]> {
  const text = await readFile(docs, 'utf8');
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].flatMap(([, block = '']) => parseAllDocuments(block));
  const objects = blocks.map((each) => each.toJS() as KubeObject);
  const role = objects.find((each) => each?.kind === 'ClusterRole');
  if (!role) throw new Error('docs/fleet.md has no ClusterRole in a block of YAML');
  return role.rules as readonly Rule[];
}
