import { tableLines } from '../../src/cli/view/table.ts';
import { shortSha } from '../../src/short-names.ts';
import type { StoryCluster } from '../fleet/story-fleet.ts';
import type { Rig } from '../rig/rig.ts';
import type { SampleEnvironment } from '../sample/environments.ts';
import type { Stage } from './stage.ts';

/** Shows what there is in the end: by the record, by git and the forge, and by the clusters. */
export async function closing({ narrator, rig, show }: Stage): Promise<void> {
  narrator.scene('What happened in qa, and what runs where, read from git and the forge alone');
  await show('history', 'qa');
  await show('environments');
  narrator.scene('What the clusters say');
  const rows = await Promise.all(rig.world.environments.map((each) => clusterRow(rig.world, each)));
  narrator.lines(tableLines(heads, rows).map((line) => `  ${line}`));
}

const heads = ['ENVIRONMENT', 'BRANCH', 'CLUSTERS THERE', 'LOG FORWARDER', 'COSMOS DB OF THE SHOP IN WEST US'] as const;

/** Shows an environment as a row; each has a cluster in the Azure region West US. */
async function clusterRow(world: Rig['world'], environment: SampleEnvironment): Promise<readonly string[]> {
  const { name, gitopsRepository, groups } = environment;
  const head = await world.headOf(gitopsRepository, name);
  const clusters = groups.map(({ cluster }) => world.fleet.cluster(cluster));
  const applied = await Promise.all(clusters.map((cluster) => cluster.applied()));
  const there = applied.filter((revisions) => revisions.every((revision) => revision === head));
  const versions = new Set(await Promise.all(clusters.map(forwarderOf)));
  const west = world.fleet.cluster(groups.find(({ region }) => region === 'westus')?.cluster ?? '');
  return [name, shortSha(head), `${there.length} of ${groups.length}`, [...versions].join(', '), await cosmosOf(west)];
}

async function forwarderOf(cluster: StoryCluster): Promise<string> {
  const found = await cluster.find({ apiVersion: 'apps/v1', kind: 'DaemonSet' }, 'log-forwarder');
  const spec = found?.spec as
    | { readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> } } }
    | undefined;
  return spec?.template.metadata.labels['app.kubernetes.io/version'] ?? 'none';
}

async function cosmosOf(cluster: StoryCluster): Promise<string> {
  const found = await cluster.find({ apiVersion: 'v1', kind: 'ConfigMap' }, 'shop-cosmos-db');
  const data = found?.data as Readonly<Record<string, string>> | undefined;
  return new URL(data?.COSMOS_ENDPOINT ?? 'https://none').hostname;
}
