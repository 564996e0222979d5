import { join } from 'node:path';
import { createForges } from '../../forge/forges.ts';
import { proxiedFetch } from '../../proxy/proxied-fetch.ts';
import { proxyRule } from '../../proxy/proxy.ts';
import { createDiskCache } from '../../render/cache/disk.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Io } from '../io.ts';
import { withLazyRenderer } from '../renderer.ts';
import { openRepositories } from '../repositories.ts';
import { createRequestReader } from './requests.ts';
import { type EnvironmentRow, type RowContext, readRow } from './row.ts';
import { readSource } from './source.ts';

/*
 * Invariants of this folder: everything is read from git and the forge, and nothing is written or started. What cannot
 * be read of one environment is told in its row, and keeps nothing of the others back. An entry of the record counts
 * only where git agrees with it.
 */

/** A platform as a person names it. */
export interface PlatformAddress {
  /** URL of the source repository. */
  readonly url: string;
  /** The source's main branch; undefined: the one that its HEAD names. */
  readonly mainBranch?: string;
}

/** Reads where every environment stands, in the order of the stages. Throws `Failure` where main cannot be read. */
export async function readEnvironments(
  { url, mainBranch }: PlatformAddress,
  settings: Settings,
  io: Io,
): Promise<readonly EnvironmentRow[]> {
  const leafCache = createDiskCache({ directory: join(settings.cacheDirectory, 'leaves') });
  const repositories = openRepositories(settings, io, { mainBranch });
  const forges = createForges({
    forges: settings.forges,
    requestTimeoutMs: settings.timeouts.forgeMs,
    fetch: proxiedFetch(proxyRule(io.env)),
  });
  try {
    return await withLazyRenderer(settings, io, (renderer) => {
      const dependencies = { repositories, renderer, leafCache };
      return readRows(url, { dependencies, requests: createRequestReader(settings, forges, url) });
    });
  } finally {
    await leafCache.settled();
  }
}

async function readRows(
  url: string,
  { dependencies, requests }: Pick<RowContext, 'dependencies' | 'requests'>,
): Promise<readonly EnvironmentRow[]> {
  const source = await readSource(dependencies.repositories.open(url));
  const context = { dependencies, source, requests, now: new Date() };
  const places = source.stages.flatMap((names, stage) => names.map((name) => ({ name, stage })));
  return await Promise.all(places.map(({ name, stage }) => readRow(context, name, stage)));
}
