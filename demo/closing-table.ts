import { parseProvenance, provenancePath } from '../src/render/layout/provenance.ts';
import type { KubeObject } from './fleet/types.ts';
import { git } from './forge/git/run.ts';
import type { DemoWorld } from './world/world.ts';

/** Environment by environment: the main commit on its branch, and what each cluster says that it runs. */
export async function closingTable(world: DemoWorld): Promise<readonly string[]> {
  const rows = await Promise.all(
    world.environments.map(async ({ name, gitopsRepository, groups }) => {
      const directory = world.directoryOf(gitopsRepository);
      const head = await git(directory, ['rev-parse', name]);
      const { revision } = parseProvenance(await git(directory, ['show', `${name}:${provenancePath}`]));
      const subject = await git(world.directoryOf('acme/platform'), [
        'show',
        '--no-patch',
        '--format=%s',
        revision.main,
      ]);
      return groups.map(({ cluster }, index) => {
        const lead = index === 0 ? [name, `${revision.main.slice(0, 8)} ${subject}`, head.slice(0, 8)] : ['', '', ''];
        return [...lead, cluster, appliedBy(world, cluster), forwarderOf(world, cluster), cosmosOf(world, cluster)];
      });
    }),
  );
  const head = ['environment', 'deployed main commit', 'branch', 'cluster', 'applied', 'log forwarder', 'shop uses'];
  return columns([head, ...rows.flat()]);
}

function appliedBy(world: DemoWorld, cluster: string): string {
  const revisions = world.fleet
    .cluster(cluster)
    .deployed()
    .filter(({ path }) => /(infra|apps)$/.test(path))
    .map(({ revision }) => revision?.slice(0, 8) ?? 'nothing');
  return [...new Set(revisions)].join(', ');
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
  return new URL(data?.COSMOS_ENDPOINT ?? 'https://none').hostname.replace('.documents.azure.com', '…');
}

function find(world: DemoWorld, cluster: string, kind: string, name: string): KubeObject | undefined {
  return world.fleet
    .cluster(cluster)
    .objects(kind)
    .find(({ metadata }) => metadata.name === name);
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
