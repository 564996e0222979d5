import { type Commit, commitTo } from '../../demo/world/seed.ts';

/** Where a platform is seeded: two bare repositories, and what stands in its files. */
export interface Seeded {
  readonly source: string;
  readonly gitops: string;
  readonly gitopsUrl: string;
  /** The environments, a stage each. */
  readonly environments: readonly string[];
}

/** Seeds one app, and environments with one cluster each: what is left to measure is the way, not the load. */
export async function seed({ source, gitops, gitopsUrl, environments }: Seeded): Promise<void> {
  const stages = `[${environments.join(', ')}]`;
  const platform = `apiVersion: fairlead.dev/v1\nkind: Platform\nname: bench\ngitops: { repository: ${gitopsUrl} }\nstages: ${stages}\n`;
  await commitTo(source, { branch: 'main', message: 'Begin', files: new Map([['fairlead.yaml', platform]]) });
  for (const name of environments) {
    const policy = `apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: auto\nclusters: [{ name: ${name}-1, group: west-us }]\n`;
    const files = new Map([
      ['fairlead.yaml', policy],
      ['west-us/apps/shop/.gitkeep', ''],
    ]);
    await commitTo(source, { branch: name, message: `Begin ${name}`, files });
  }
  for (const branch of [...environments, 'script'])
    await commitTo(gitops, { branch, message: `Begin ${branch}`, files: new Map([['README.md', `${branch}\n`]]) });
}

/** Answers a commit to main that changes what every cluster gets. */
export function change(index: number): Commit {
  const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop, namespace: default }\ndata: { release: "${index}" }\n`;
  return { branch: 'main', message: `Release ${index}`, files: new Map([['apps/shop/map.yaml', map]]) };
}

export function settingsText(host: string, api: string): string {
  return `apiVersion: fairlead.dev/v1
kind: Worker
forges: [{ host: "${host}", kind: github, api: "${api}", token: { env: BENCH_TOKEN }, statuses: false, comments: false, deployments: false }]
`;
}
