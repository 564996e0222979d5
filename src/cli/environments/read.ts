import { join } from 'node:path';
import type { Dependencies } from '../../dependencies.ts';
import { createForges } from '../../forge/forges.ts';
import { createDiskCache } from '../../render/cache/disk.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Io } from '../io.ts';
import type { MainBranchOption } from '../main-branch.ts';
import { withLazyRenderer } from '../renderer.ts';
import { openRepositories } from '../repositories.ts';
import { requestReader } from './requests.ts';
import { type EnvironmentRow, readRow } from './row.ts';
import { readSource } from './source.ts';

type ReadDependencies = Pick<Dependencies, 'repositories' | 'renderer' | 'leafCache'>;

/** Where every environment stands, in the order of the stages. Throws `Failure` where main cannot be read. */
export async function readEnvironments(
  settings: Settings,
  io: Io,
  url: string,
  options: MainBranchOption = {},
): Promise<readonly EnvironmentRow[]> {
  return await withDependencies(settings, io, options, async (dependencies) => {
    const source = await readSource(dependencies.repositories.open(url));
    const forges = createForges({ forges: settings.forges, requestTimeoutMs: settings.timeouts.forgeMs });
    const look = { dependencies, source, requests: requestReader(settings, forges, url), now: new Date() };
    const places = source.stages.flatMap((names, stage) => names.map((name) => ({ name, stage })));
    return await Promise.all(places.map(({ name, stage }) => readRow(look, name, stage)));
  });
}

async function withDependencies<T>(
  settings: Settings,
  io: Io,
  options: MainBranchOption,
  use: (dependencies: ReadDependencies) => Promise<T>,
): Promise<T> {
  const leafCache = createDiskCache({ directory: join(settings.cacheDirectory, 'leaves') });
  try {
    return await withLazyRenderer(settings, io, (renderer) =>
      use({ repositories: openRepositories(settings, io, options), renderer, leafCache }),
    );
  } finally {
    await leafCache.settled();
  }
}
