import { createFluxFleet } from '../../src/fleet/flux/fleet.ts';
import { createJudge, openJudgingProcesses } from '../../src/fleet/judge-pool/judge-pool.ts';
import type { JudgeAnswers, JudgingQuestions } from '../../src/fleet/judging/questions.ts';
import { observeAll } from '../../src/fleet/observe-all.ts';
import { summarizeFleet } from '../../src/fleet/summary.ts';
import type { ClusterObservation, ClusterVerdict } from '../../src/fleet/types.ts';
import type { CoveragePolicy } from '../../src/platform/types.ts';
import { deployed, gitops, group, leaves } from './objects.ts';
import { oneShotLook } from './one-shot.ts';

/** A process of its own that looks at a fleet as a worker does, so that what it takes can be told apart. */
export interface LookOrder {
  readonly kubeconfig: string;
  readonly clusters: number;
  /** `one-shot`: what a script does, a new connection for each request. */
  readonly way: 'fairlead' | 'one-shot';
  /** What shows that Flux applies a leaf. */
  readonly coverage: CoveragePolicy;
  readonly objectsEach: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
}

export interface LookResult {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly healthy: number;
  readonly unknown: number;
  /** The largest resident memory of the process so far, in bytes. */
  readonly peakBytes: number;
}

/** Makes a function that judges as a worker does. */
function judging({ coverage, objectsEach }: LookOrder, judge: JudgeAnswers) {
  const expected = leaves(objectsEach);
  const manifests = expected.map(({ folder }) => `${folder}/manifests.yaml`);
  const revisions = new Set([deployed]);
  const common: Omit<JudgingQuestions['cluster'], 'observation'> = {
    standard: { group, coverage, acceptable: revisions, evident: revisions, wasHealthy: false, now: Date.now() },
    leaves: expected,
    folders: { manifests, kustomizations: new Map() },
  };
  return async (cluster: string, observation: ClusterObservation): Promise<ClusterVerdict> => {
    const judged = await judge('cluster', { ...common, observation }, { cluster, repository: gitops.repository });
    return 'beyond' in judged ? { state: 'unknown', awaited: judged.beyond } : judged.found;
  };
}

const judge = createJudge(openJudgingProcesses());
let fleet: ReturnType<typeof createFluxFleet> | undefined;

async function look(order: LookOrder): Promise<LookResult> {
  const { kubeconfig, clusters, way, concurrency, timeoutMs } = order;
  const judged = judging(order, judge);
  const all = Array.from({ length: clusters }, (_, index) => ({ name: `c${index}`, context: `c${index}` }));
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let verdicts: readonly ClusterVerdict[];
  if (way === 'one-shot') {
    verdicts = await oneShotLook(kubeconfig, concurrency, (seen) => judged('', seen));
  } else {
    fleet ??= createFluxFleet({ kubeconfig: { files: kubeconfig } });
    const round = { clusters: all, source: gitops, concurrency, timeoutMs };
    verdicts = await observeAll(fleet, round, ({ name }, seen) => judged(name, seen));
  }
  const { user, system } = process.cpuUsage(cpu);
  const { healthy, unknown } = summarizeFleet(verdicts);
  return {
    wallMs: performance.now() - began,
    cpuMs: (user + system) / 1000,
    healthy,
    unknown,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

process.on('message', async (order: LookOrder) => {
  process.send?.(await look(order));
});
