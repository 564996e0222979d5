import { setMaxListeners } from 'node:events';
import { delimiter, join } from 'node:path';
import type { Dependencies } from '../dependencies.ts';
import { createFluxFleet } from '../fleet/flux/fleet.ts';
import { createJudge, openJudgingProcesses } from '../fleet/judge-pool/judge-pool.ts';
import { createHttpProbe } from '../fleet/probe/http-probe.ts';
import { createForges } from '../forge/forges.ts';
import { createOutbox } from '../forge/reports/outbox.ts';
import { createLaunchedGit } from '../git/launcher/launched-git.ts';
import { createGitRepositories } from '../git/repositories.ts';
import type { GitRepositories } from '../git/repository.ts';
import { type AllowedRepositories, checkServed } from '../platform/repository/allowed-repositories.ts';
import { proxiedFetch } from '../proxy/proxied-fetch.ts';
import { proxyRule } from '../proxy/proxy.ts';
import { createProofMemory } from '../record/signing/proof-memory.ts';
import { createDiskCache } from '../render/cache/disk.ts';
import { createMemoryCache } from '../render/cache/memory.ts';
import { createPlannerPool, openPlanningProcesses, type PlannerPool } from '../render/planner-pool/planner-pool.ts';
import { commitSigning } from '../settings/commit-signing.ts';
import { gitCredentials } from '../settings/git-credentials.ts';
import type { Settings } from '../settings/settings.ts';
import { workflowUrl } from '../temporal/links.ts';
import { openRenderer } from './renderer.ts';
import { createWorkflows } from './workflows.ts';

/** How long an answer to an HTTP check may take. */
const httpCheckMs = 10_000;

/** Makes the parts that the settings ask for. `close` lets go of them. */
export async function createDependencies(
  settings: Settings,
  notice: (sentence: string) => void,
): Promise<Dependencies & { readonly close: () => Promise<void> }> {
  const proxies = proxyRule(process.env);
  const renderer = await openRenderer(settings);
  const lifetime = new AbortController();
  setMaxListeners(0, lifetime.signal);
  const leavesOnDisk = createDiskCache({ directory: join(settings.cacheDirectory, 'leaves') });
  const planning = openPlanningProcesses();
  const planner = createPlannerPool(planning);
  // What clusters answer, however much that is, delays no plan, and no plan a look.
  const judging = openJudgingProcesses();
  const git = createLaunchedGit();
  const fleet = createFluxFleet({
    kubeconfig: { files: settings.kubeconfigFiles.join(delimiter) },
    aliases: settings.gitAliases,
    proxies,
  });
  const { temporalUi } = settings;
  const forges = createForges({
    forges: settings.forges,
    requestTimeoutMs: settings.timeouts.forgeMs,
    lagMs: settings.timeouts.forgeLagMs,
    fetch: proxiedFetch(proxies),
  });
  const outbox = createOutbox({ forges, notice });
  const namespace = process.env.TEMPORAL_NAMESPACE ?? 'default';
  return {
    repositories: servedRepositories(
      createGitRepositories({
        cacheDir: join(settings.cacheDirectory, 'mirrors'),
        credentials: gitCredentials(settings),
        author: settings.commitAuthor,
        signing: commitSigning(settings),
        lagMs: settings.timeouts.forgeLagMs,
        notice,
        run: git.run,
        lifetime: lifetime.signal,
      }),
      settings.allow.repositories,
      planner,
    ),
    allowed: settings.allow.repositories,
    forges,
    outbox,
    fleet,
    objects: fleet,
    judge: createJudge(judging),
    httpChecks: createHttpProbe({ allowed: settings.allow.httpChecks, timeoutMs: httpCheckMs, proxies }),
    renderer,
    leafCache: createMemoryCache(leavesOnDisk),
    signingKey: settings.signingKey,
    proofs: createProofMemory(),
    planner,
    describeChanges: (changed, options) => planner.describe(changed, options),
    requestTemplates: settings.requestTemplates,
    workflows: createWorkflows(),
    intervals: {
      mergePollMs: settings.intervals.mergeMs,
      healthPollMs: settings.intervals.healthMs,
      progressMs: 2 * settings.intervals.healthMs,
      commitPatienceMs: settings.timeouts.forgeLagMs,
      clusterTimeoutMs: settings.timeouts.clusterMs,
      clusterConcurrency: settings.concurrency.clusters,
    },
    workflowUrl: temporalUi === undefined ? undefined : (id) => workflowUrl(temporalUi, namespace, id),
    close: async () => {
      await outbox.close();
      lifetime.abort(new Error('the worker has ended'));
      await leavesOnDisk.settled();
      await Promise.all([planning.close(), judging.close()]);
      await renderer.close();
      git.close();
    },
  };
}

/**
 * Opens nothing that the worker does not serve, wherever the URL came from. What people wrote there is parsed in processes of their own.
 */
function servedRepositories(
  repositories: GitRepositories,
  allowed: AllowedRepositories,
  planner: PlannerPool,
): GitRepositories {
  return {
    open: (url, signal, options) => {
      checkServed(url, allowed);
      const repository = repositories.open(url, signal, options);
      return { ...repository, parseSettings: planner.parser(repository.url, signal) };
    },
  };
}
