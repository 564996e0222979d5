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
import { laneWorkflow } from '../../../src/lane/messages.ts';
import type { LaneInput, Relation, Survey } from '../../../src/lane/types.ts';
import type { FreezeCalendar } from '../../../src/platform/freeze.ts';
import { rolledBackSignal } from '../../../src/promotion/messages.ts';
import type { ClusterStatus, Revision } from '../../../src/promotion/status.ts';
import type { RecordEntry } from '../../../src/record/entry.ts';
import { createWorkflows } from '../../../src/worker/workflows.ts';

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
  policy: Policy = { merge: 'auto', soakMs: 0, rolloutTimeoutMs: 600_000, onFailure: 'wait', whenNewer: 'supersede' };
  config = sha('config');
  /** Commits of its config branch. */
  configs = [sha('config')];
  head = sha('head');
  deployed: Revision | undefined = { main: sha('before'), config: sha('config') };
  /** Where a rollback goes. */
  before: Revision | undefined;
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
  /** Found by the lane when it looks. */
  calendar: FreezeCalendar = {};
  revert: Survey['revert'];
  record: RecordEntry[] = [];
  /** Pairs whose manifests are the same as what is there. */
  readonly alike = new Set<string>();
  renders: (RenderOrder & { readonly main: string })[] = [];
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

  /** Looks at a merge are repeated. */
  land(revision: Revision): void {
    if (this.deployed?.main !== revision.main) this.before = this.deployed;
    this.deployed = revision;
  }

  close(by: string): void {
    Object.assign(this.open ?? {}, { state: 'closed', endedBy: by });
  }
}

/** Answers the steps of a journey from memory, in milliseconds: the forge, git and the fleet of workflow tests. */
export class World implements Activities {
  readonly environments: ReadonlyMap<string, FakeEnvironment>;
  readonly intervalMs = 20;
  reconciliations: string[] = [];
  /** Of main, oldest first; others are unrelated. */
  mains: string[] = [];
  /** Running promotions that a rollback tells. */
  promotions: string[] = [];
  /** Given to lanes that begin. */
  lanes: Partial<LaneInput> = {};
  readonly workflows = createWorkflows();
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

  readConfig: Activities['readConfig'] = async ({ environment: name, config }) => {
    const environment = this.at(name);
    if (!environment.configs.includes(config))
      throw ApplicationFailure.nonRetryable(`${config} is not on branch ${name}`, 'InvalidInput');
    return { head: environment.config, subject: 'Change a value' };
  };

  renderEnvironment: Activities['renderEnvironment'] = async (order) => {
    const environment = this.at(order.environment);
    const { nextRender, deployed, head: base, takesOver } = environment;
    const main = order.main ?? deployed?.main;
    if (main === undefined) return { kind: 'nothing promoted yet' };
    const revision = { main, config: order.config };
    environment.renders.push({ ...order, main });
    environment.nextRender = undefined;
    if (nextRender instanceof Error) throw ApplicationFailure.nonRetryable(nextRender.message, 'RenderFailed');
    if (nextRender) return nextRender;
    const found = { revision, base, ...(deployed && { deployed }), waiting: [], doubts: [] };
    const same = (deployed?.main === main && deployed.config === order.config) || environment.alike.has(main);
    if (deployed && same) return { ...found, kind: 'unchanged', deployed };
    const commit = sha(`${main} ${order.config} ${base}`);
    const branches = { promote: `deploy/${main}`, rollback: `rollback/${main}`, configure: 'configure' };
    const branch = `${branches[order.errand]}/${order.environment}`;
    return { ...found, kind: 'changed', commit, branch, takesOver, lostEdits: [] };
  };

  clearRequests: Activities['clearRequests'] = async () => ({ kind: 'clear' });

  awaitCarried: Activities['awaitCarried'] = async ({ environment: name, revision }) => {
    this.at(name).land(revision);
    return { kind: 'carried' };
  };

  record: Activities['record'] = async ({ environment: name, entry }) => {
    this.at(name).record.push(entry);
  };

  tellLane: Activities['tellLane'] = async ({ gitops, source, environment, message }) => {
    const workflowId = `lane/${Context.current().info.taskQueue}/${gitops.branch}`;
    const args = [{ gitops, source, environment, ...this.lanes }];
    await this.workflows.signalWithStart({ workflow: laneWorkflow, workflowId, args }, message.signal, message.payload);
  };

  surveyLane: Activities['surveyLane'] = async ({ environment: name, visitors }) => {
    const running = await Promise.all(
      visitors.map(({ workflowId, firstRunId }) => this.workflows.isRunning(workflowId, firstRunId)),
    );
    const fresh = visitors.filter(({ relations }) => relations === undefined);
    const { calendar, revert } = this.at(name);
    return {
      gone: visitors.filter((_, index) => !running[index]).map(({ id }) => id),
      relations: Object.fromEntries(
        fresh.map(({ id, main }) => [
          id,
          Object.fromEntries(
            visitors.filter((other) => other.id !== id).map((other) => [other.id, this.relation(main, other.main)]),
          ),
        ]),
      ),
      calendar,
      ...(revert && { revert }),
    };
  };

  recordedHold: Activities['recordedHold'] = async () => undefined;

  planRollback: Activities['planRollback'] = async ({ environment: name, to }) => {
    const { deployed, before } = this.at(name);
    const main = to ?? before?.main;
    if (!deployed || main === undefined)
      throw ApplicationFailure.nonRetryable(`nothing was recorded healthy in ${name} before`, 'Refused');
    if (main === deployed.main) return { kind: 'already there', deployed };
    const target = { main, config: before?.config ?? deployed.config };
    return { kind: 'go', target, recordedConfig: false, subject: 'As it was', deployed };
  };

  endPromotions: Activities['endPromotions'] = async (order) => {
    const { environment, by, reason, rollback } = order;
    for (const workflowId of this.promotions)
      await this.workflows.signal(workflowId, rolledBackSignal, { environment, by, reason, rollback });
  };

  reachedBy: Activities['reachedBy'] = async ({ commit }) =>
    [...this.environments].filter(([, { deployed }]) => deployed?.main === commit).map(([name]) => name);

  private relation(one: string, other: string): Relation {
    if (one === other) return 'same';
    const [a, b] = [this.mains.indexOf(one), this.mains.indexOf(other)];
    if (a < 0 || b < 0) return 'unrelated';
    return a > b ? 'newer' : 'older';
  }

  openPullRequest: Activities['openPullRequest'] = async ({ environment: name, branch, commit, base }) => {
    const environment = this.at(name);
    const adopted = environment.requests.find((request) => request.branch === branch && request.state === 'open');
    const request = adopted ?? { number: environment.requests.length + 1, branch, head: '', base: '', state: 'open' };
    Object.assign(request, { head: commit, base });
    if (!adopted) environment.requests.push(request);
    return { number: request.number, url: `https://forge.test/acme/gitops/pull/${name}-${request.number}` };
  };

  awaitMerge: Activities['awaitMerge'] = async ({ gitops, number, base, merge, revision }) => {
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
    environment.land(revision);
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
