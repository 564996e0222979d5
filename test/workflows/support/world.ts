import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type {
  Activities,
  EnvironmentSnapshot,
  MergeOutcome,
  RenderOrder,
  RenderOutcome,
  RolloutReport,
} from '../../../src/activities/contract.ts';
import { stillWaiting } from '../../../src/activities/waiting.ts';
import type { ClusterStatus, Revision } from '../../../src/promotion/status.ts';

type Policy = Omit<EnvironmentSnapshot, 'config' | 'gitops'>;

export interface FakeRequest {
  readonly number: number;
  readonly branch: string;
  head: string;
  base: string;
  state: 'open' | 'merged' | 'closed';
  endedBy?: string;
  comment?: string;
}

/** One environment of the world that workflow tests run in: a branch, its requests, its clusters. */
export class FakeEnvironment {
  policy: Policy = { merge: 'auto', soakMs: 0, rolloutTimeoutMs: 600_000, onFailure: 'wait' };
  config = sha('config');
  head = sha('head');
  deployed: Revision | undefined = { main: sha('before'), config: sha('config') };
  requests: FakeRequest[] = [];
  /** Clusters that are not healthy; a report is made of them. */
  unhealthy: ClusterStatus[] = [];
  /** Where set, they are unhealthy at this main commit alone. */
  unhealthyAt: string | undefined;
  mayRollBack = true;
  /** What the next render answers instead, once. */
  nextRender: RenderOutcome | Error | undefined;
  /** What the next look at the request answers instead, once. */
  nextMerge: MergeOutcome | undefined;
  takesOver = false;
  renders: RenderOrder[] = [];
  readonly clusters: number = 2;

  get open(): FakeRequest | undefined {
    return this.requests.find(({ state }) => state === 'open');
  }

  /** Somebody else's commit on the branch. */
  moveOn(): void {
    this.head = sha(`${this.head} moved`);
  }

  merge(request: FakeRequest, by: string): void {
    Object.assign(request, { state: 'merged', endedBy: by });
    this.head = sha(`${request.head} merged`);
  }

  close(by: string): void {
    Object.assign(this.open ?? {}, { state: 'closed', endedBy: by });
  }
}

/** Answers the steps of a promotion from memory, in milliseconds: the forge, git and the fleet of workflow tests. */
export class World implements Activities {
  readonly environments: ReadonlyMap<string, FakeEnvironment>;
  readonly intervalMs = 20;
  reconciliations: string[] = [];
  private readonly stages: readonly (readonly string[])[];

  constructor(stages: readonly (readonly string[])[], policies: Readonly<Record<string, Partial<Policy>>> = {}) {
    this.stages = stages;
    this.environments = new Map(stages.flat().map((name) => [name, new FakeEnvironment()]));
    for (const [name, policy] of Object.entries(policies)) Object.assign(this.at(name).policy, policy);
  }

  at(name: string): FakeEnvironment {
    const environment = this.environments.get(name);
    if (!environment) throw new Error(`no environment ${name} in this world`);
    return environment;
  }

  readPlatform = async () => ({ name: 'acme', subject: 'Raise the limits', stages: this.stages });

  readEnvironment: Activities['readEnvironment'] = async ({ environment: name }) => {
    const { policy, config } = this.at(name);
    return { ...policy, config, gitops: { repository: 'https://forge.test/acme/gitops', branch: name } };
  };

  renderEnvironment: Activities['renderEnvironment'] = async (order) => {
    const environment = this.at(order.environment);
    environment.renders.push(order);
    const { nextRender, deployed, head: base, takesOver } = environment;
    environment.nextRender = undefined;
    if (nextRender instanceof Error) throw ApplicationFailure.nonRetryable(nextRender.message, 'RenderFailed');
    if (nextRender) return nextRender;
    if (deployed?.main === order.main && deployed.config === order.config)
      return { kind: 'unchanged', head: base, deployed, waiting: [] };
    const commit = sha(`${order.main} ${order.config} ${base}`);
    const branch = `${order.errand === 'rollback' ? 'rollback' : 'deploy'}/${order.main}/${order.environment}`;
    return {
      kind: 'changed',
      commit,
      branch,
      base,
      ...(deployed && { deployed }),
      takesOver,
      waiting: [],
      lostEdits: [],
    };
  };

  openPullRequest: Activities['openPullRequest'] = async ({ environment: name, branch, commit, base }) => {
    const environment = this.at(name);
    const adopted = environment.requests.find((request) => request.branch === branch && request.state === 'open');
    const request = adopted ?? { number: environment.requests.length + 1, branch, head: '', base: '', state: 'open' };
    Object.assign(request, { head: commit, base });
    if (!adopted) environment.requests.push(request);
    return { number: request.number, url: `https://forge.test/acme/gitops/pull/${name}-${request.number}` };
  };

  awaitMerge: Activities['awaitMerge'] = async ({ gitops, number, base, merge }) => {
    const environment = this.at(gitops.branch);
    const { nextMerge } = environment;
    environment.nextMerge = undefined;
    if (nextMerge) return nextMerge;
    const request = environment.requests.find((each) => each.number === number);
    if (!request) throw new Error(`no request ${number}`);
    if (request.state === 'closed') return { kind: 'closed', ...(request.endedBy && { by: request.endedBy }) };
    if (request.state === 'open' && environment.head !== base) return { kind: 'stale' };
    if (request.state === 'open' && !merge) throw stillWaiting('a person merges it', this.intervalMs);
    if (request.state === 'open') environment.merge(request, 'fairlead');
    const order = environment.renders.at(-1);
    if (order) environment.deployed = { main: order.main, config: order.config };
    return { kind: 'merged', commit: environment.head, by: request.endedBy ?? 'fairlead' };
  };

  closePullRequest: Activities['closePullRequest'] = async ({ gitops, number, comment }) => {
    const environment = this.at(gitops.branch);
    const request = environment.requests.find((each) => each.number === number);
    if (request?.state === 'merged') return { kind: 'merged', commit: environment.head };
    if (request) Object.assign(request, { state: 'closed', endedBy: 'fairlead', comment });
    return { kind: 'closed' };
  };

  requestReconciliation: Activities['requestReconciliation'] = async ({ environment }) => {
    this.reconciliations.push(environment);
  };

  awaitRollout: Activities['awaitRollout'] = async ({ environment: name, phase, soakEnds, deadline, known }) => {
    const environment = this.at(name);
    const { clusters: total, mayRollBack, unhealthyAt = environment.deployed?.main } = environment;
    const unhealthy = unhealthyAt === environment.deployed?.main ? environment.unhealthy : [];
    // The server's clock, which a time-skipping server moves.
    const at = new Date(Context.current().info.currentAttemptScheduledTimestampMs).toISOString();
    const digest = sha(JSON.stringify(unhealthy));
    const fleet = { total, healthy: total - unhealthy.length, others: unhealthy, warnings: [] };
    const report = { fleet, digest, at, mayRollBack } satisfies Omit<RolloutReport, 'kind'>;
    if (unhealthy.some(({ state }) => state === 'failed')) return { ...report, kind: 'failed' };
    if (phase === 'soak' ? (soakEnds ?? '') <= at : unhealthy.length === 0) return { ...report, kind: 'healthy' };
    if (deadline <= at) return { ...report, kind: 'unknown' };
    if (known?.digest !== digest) return { ...report, kind: 'progress' };
    throw stillWaiting('Flux applies it', this.intervalMs);
  };
}

/** A commit id of its own for each text. */
export function sha(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

export function failed(name: string): ClusterStatus {
  return { name, state: 'failed', awaited: 'HealthCheckFailed: Deployment/shop is not ready' };
}

export function unreachable(name: string): ClusterStatus {
  return { name, state: 'unknown', awaited: 'no answer within 10 s' };
}
