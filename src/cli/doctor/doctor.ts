import { createForges } from '../../forge/forges.ts';
import { proxiedFetch } from '../../proxy/proxied-fetch.ts';
import { proxyRule } from '../../proxy/proxy.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Io } from '../io.ts';
import { openRepositories } from '../repositories.ts';
import { rendererCheck } from './ask/renderer.ts';
import { sourceCheck } from './ask/source.ts';
import { temporalCheck } from './ask/temporal.ts';
import type { DoctorFinding } from './finding.ts';
import { loadClusters } from './load-clusters.ts';
import type { DoctorParts, PlatformOrder } from './platform.ts';
import { runChecks } from './run-checks.ts';

/*
 * Invariants of this folder: nothing is written and nothing is started. Whoever is asked answers to the functions by which a promotion
 * asks, too, so that doctor finds what a promotion would, in the same words. Each check has its time, and whatever becomes of one,
 * the others are in the list. `judge/` is pure; `ask/` gathers what it judges.
 */

/** What is looked at, and how long each answer may take. */
export interface DoctorOrder extends PlatformOrder {
  readonly mainBranch?: string | undefined;
  /** In milliseconds. Default: ten seconds. */
  readonly limitMs?: number;
}

const usualLimitMs = 10_000;

/** Looks at everything that a promotion needs. Answers what is well, what is wrong and what could not be asked. */
export async function examine(settings: Settings, order: DoctorOrder, io: Io): Promise<readonly DoctorFinding[]> {
  const parts = await doctorParts(settings, order, io);
  const { limitMs } = parts;
  return runChecks([
    temporalCheck({ env: io.env, taskQueue: settings.taskQueue, limitMs }),
    rendererCheck(settings, io.env, limitMs),
    sourceCheck(parts, order),
  ]);
}

/** Makes the parts by which a platform is asked, out of the worker's settings. No connection is opened yet. */
export async function doctorParts(
  settings: Settings,
  { limitMs = usualLimitMs, mainBranch }: Pick<DoctorOrder, 'limitMs' | 'mainBranch'>,
  io: Io,
): Promise<DoctorParts> {
  return {
    settings,
    limitMs,
    repositories: openRepositories(settings, io, { ...(mainBranch !== undefined && { mainBranch }) }),
    forges: createForges({
      forges: settings.forges,
      requestTimeoutMs: Math.min(settings.timeouts.forgeMs, limitMs),
      fetch: proxiedFetch(proxyRule(io.env)),
    }),
    clusters: await loadClusters(settings, io),
  };
}
