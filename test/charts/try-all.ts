import { ensureRenderer } from '../../src/render/renderer/ensure.ts';
import { createRendererPool } from '../../src/render/renderer/pool.ts';
import { ensureVendorProgram } from '../../src/vendor/find-program.ts';
import { createFetchChart } from '../../src/vendor/program.ts';
import { startChartServer } from '../support/servers/chart-server.ts';
import { type FoundChart, newestOf, withDependenciesIn } from './collect.ts';
import { type ChartResult, registryPath, tryChart } from './try-chart.ts';

/** Serves all of these charts, and tries each owner's newest version of those that are no libraries. */
export async function tryAll(
  found: readonly FoundChart[],
  progress: (line: string) => void,
): Promise<readonly ChartResult[]> {
  const server = await startChartServer();
  const renderer = createRendererPool({ binary: await ensureRenderer(), size: 1 });
  await ensureVendorProgram();
  const fetch = createFetchChart({ env: process.env });
  try {
    for (const chart of found) {
      const { name, version, files } = withDependenciesIn(server.repository, chart);
      // Dependencies are looked up in the repository, where all owners' charts are.
      server.publish(name, version, files);
      server.publish(registryPath(chart), version, files);
    }
    const results: ChartResult[] = [];
    for (const { owner, name, version, isLibrary } of newestOf(found)) {
      if (isLibrary) continue;
      const result = await tryChart({ owner, name, version }, { registry: server.registry, fetch, renderer });
      results.push(result);
      progress(`${results.length}: ${name} ${version} ${result.problem === undefined ? 'renders' : 'does not render'}`);
    }
    return results;
  } finally {
    await renderer.close();
    await server.close();
  }
}
