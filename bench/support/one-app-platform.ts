import { type Commit, commitTo } from '../../demo/world/seed.ts';

/** Seeds one app, one environment and one cluster: what is left to measure is the way, not the load. */
export async function seed(source: string, gitops: string, gitopsUrl: string): Promise<void> {
  const platform = `apiVersion: fairlead.dev/v1\nkind: Platform\nname: bench\ngitops: { repository: ${gitopsUrl} }\nstages: [dev]\n`;
  const policy =
    'apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: auto\nclusters: [{ name: dev-1, group: west-us }]\n';
  await commitTo(source, { branch: 'main', message: 'Begin', files: new Map([['fairlead.yaml', platform]]) });
  const config = new Map([
    ['fairlead.yaml', policy],
    ['west-us/apps/shop/.gitkeep', ''],
  ]);
  await commitTo(source, { branch: 'dev', message: 'Begin dev', files: config });
  for (const branch of ['dev', 'script'])
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
forges: [{ host: "${host}", kind: github, api: "${api}", token: { env: BENCH_TOKEN } }]
`;
}
