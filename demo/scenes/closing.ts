import type { KubeObject } from '../../fakes/flux/types.ts';
import { git } from '../../fakes/github/git/run.ts';
import { tableLines } from '../../src/cli/view/table.ts';
import { shortSha } from '../../src/short-sha.ts';
import type { SampleEnvironment } from '../sample/environments.ts';
import type { DemoWorld } from '../world/world.ts';
import type { Stage } from './stage.ts';

/** What there is in the end: by the record, by git and the forge, and by the clusters. */
export async function closing({ narrator, rig, show }: Stage): Promise<void> {
  narrator.scene('What happened in qa, and what runs where, read from git and the forge alone');
  await show('history', 'qa');
  await show('environments');
  narrator.scene('What the clusters say');
  const rows = await Promise.all(rig.world.environments.map((each) => clusterRow(rig.world, each)));
  narrator.lines(tableLines(heads, rows).map((line) => `  ${line}`));
}

const heads = ['ENVIRONMENT', 'BRANCH', 'CLUSTERS THERE', 'LOG FORWARDER', 'COSMOS DB OF THE SHOP IN WEST US'] as const;

/** An environment in a row; the Azure region West US is one of each. */
async function clusterRow(world: DemoWorld, environment: SampleEnvironment): Promise<readonly string[]> {
  const { name, gitopsRepository, groups } = environment;
  const head = await git(world.directoryOf(gitopsRepository), ['rev-parse', name]);
  const there = groups.filter(({ cluster }) => appliedBy(world, cluster).every((revision) => revision === head));
  const versions = new Set(groups.map(({ cluster }) => forwarderOf(world, cluster)));
  const west = groups.find(({ region }) => region === 'westus')?.cluster ?? '';
  return [name, shortSha(head), `${there.length} of ${groups.length}`, [...versions].join(', '), cosmosOf(world, west)];
}

/** Commits that the cluster's own Kustomizations applied last. */
function appliedBy(world: DemoWorld, cluster: string): readonly (string | undefined)[] {
  const own = world.fleet.cluster(cluster).deployed();
  return own.filter(({ kustomization }) => kustomization.startsWith('flux-system/')).map(({ revision }) => revision);
}

function forwarderOf(world: DemoWorld, cluster: string): string {
  const spec = find(world, cluster, 'DaemonSet', 'log-forwarder')?.spec as
    | { readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> } } }
    | undefined;
  return spec?.template.metadata.labels['app.kubernetes.io/version'] ?? 'none';
}

function cosmosOf(world: DemoWorld, cluster: string): string {
  const data = find(world, cluster, 'ConfigMap', 'shop-cosmos-db')?.data as
    | Readonly<Record<string, string>>
    | undefined;
  return new URL(data?.COSMOS_ENDPOINT ?? 'https://none').hostname;
}

function find(world: DemoWorld, cluster: string, kind: string, name: string): KubeObject | undefined {
  const objects = world.fleet.cluster(cluster).objects(kind);
  return objects.find(({ metadata }) => metadata.name === name);
}
