import { readFile } from 'node:fs/promises';
import { fluxFleetDefaults } from '../../fleet/flux/fleet.ts';

/** What git, the renderer, the forge and Temporal have open beside the clusters. */
const others = 500;

/** What of the settings decides how many files a worker opens. */
export interface OpenFilesNeed {
  readonly activities: number;
  readonly clusters: number;
}

/**
 * Says what to do where this process may open fewer files than its clusters take; undefined: it may open enough, or the
 * system does not say. A connection is an open file: without one, clusters would seem to be away.
 */
export function openFilesAdvice(
  limit: number | undefined,
  { activities, clusters }: OpenFilesNeed,
): string | undefined {
  const { keptConnections, silentLooks } = fluxFleetDefaults;
  const looks = activities * clusters;
  const most = keptConnections + silentLooks + looks + others;
  if (limit === undefined || limit >= most) return undefined;
  return (
    `This worker may open ${limit} files, and takes up to ${most} where a fleet is large: ${keptConnections} kept ` +
    `connections to clusters, ${silentLooks} looks at clusters that do not answer, and ${looks} other looks ` +
    '(`concurrency.activities` × `concurrency.clusters`). Raise the limit (`ulimit -n`, `LimitNOFILE=` of systemd, ' +
    '`ulimits` of Compose), or lower these settings.'
  );
}

/** Reads how many files this process may open, where the system is Linux. Node has raised the limit to the hard one. */
export async function openFilesLimit(): Promise<number | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, soft] = /^Max open files\s+(\S+)/m.exec(limits) ?? [];
  return soft === undefined || soft === 'unlimited' ? undefined : Number(soft);
}
