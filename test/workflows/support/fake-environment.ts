import { createHash } from 'node:crypto';
import type { LateOrder } from '../../../src/activities/late/contract.ts';
import type { MergeOutcome } from '../../../src/activities/pull-request/contract.ts';
import type { RenderOrder, RenderOutcome } from '../../../src/activities/render/contract.ts';
import type { LastWord } from '../../../src/activities/report/contract.ts';
import type { RolloutReport } from '../../../src/activities/rollout/contract.ts';
import type { EnvironmentSnapshot } from '../../../src/activities/source/contract.ts';
import type { VerificationOrder, VerificationReport } from '../../../src/activities/verify/contract.ts';
import type { LaneObservation, Relation } from '../../../src/lane/types.ts';
import type { GuardedRemovals } from '../../../src/operation/guard/removals.ts';
import type { OperationKind } from '../../../src/operation/kind.ts';
import type { ClusterStatus, Revision } from '../../../src/operation/status.ts';
import type { LateReason } from '../../../src/operation/trouble/late.ts';
import type { FreezeCalendar } from '../../../src/platform/freeze/freeze.ts';
import type { RecordEntry } from '../../../src/record/entry.ts';
import type { Workflows } from '../../../src/temporal/workflows-port.ts';

export type Policy = Omit<EnvironmentSnapshot, 'config' | 'gitops'>;

export interface FakeRequest {
  readonly number: number;
  readonly branch: string;
  readonly operation: OperationKind;
  /** The workflow id of the operation that opened it. */
  readonly workflowId: string;
  head: string;
  base: string;
  revision: Revision;
  state: 'open' | 'merged' | 'closed';
  mergeCommit?: string;
  endedBy?: string;
  comment?: string;
  /** Says that it was merged although the record had moved. */
  overtaken?: true;
  /** Somebody else who pushed to its branch. */
  foreign?: string;
}

export interface FakeFreeze {
  /** The time by the server's clock, in milliseconds since 1970. */
  readonly begins: number;
  readonly ends: number;
  readonly reason: string;
}

/** What the fakes of the world know of each other. */
export interface Surroundings {
  readonly intervalMs: number;
  readonly workflows: Workflows;
  /** The workflow ids of the promotions that were started. */
  readonly promotions: readonly string[];
  readonly environments: ReadonlyMap<string, FakeEnvironment>;
  /** The sources that do not have what is deployed. */
  readonly foreignSources: ReadonlySet<string>;
  /** Temporal does not know any more what ran before. */
  readonly forgetsEarlierRuns: boolean;
  at(environment: string): FakeEnvironment;
  /** Answers the relation of one main commit to another. */
  relation(one: string, other: string): Relation | 'unknown';
}

/**
 * One environment of the world that workflow tests run in: its config branch, its branch, its requests, its clusters.
 */
export class FakeEnvironment {
  policy: Policy = { merge: 'auto', soakMs: 0, rolloutTimeoutMs: 600_000, onFailure: 'wait', whenNewer: 'supersede' };
  /** The commits of its config branch, oldest first. */
  configs = [sha('config')];
  head = sha('head');
  deployed: Revision | undefined = { main: sha('before'), config: sha('config') };
  /** The pair that a rollback goes back to. */
  before: Revision | undefined;
  /** Says that the record knows of no healthy pair. */
  neverHealthy = false;
  requests: FakeRequest[] = [];
  /** The clusters that are not healthy; the report is made of them. */
  unhealthy: ClusterStatus[] = [];
  /** Why git or the forge is late, for which the next looks at clusters fail for good. */
  late: LateReason | undefined;
  /** The waits for that, as they were ordered. */
  lateWaits: LateOrder[] = [];
  /** How often it was looked for. */
  lateLooks = 0;
  /** Says that something changes at each look at them. */
  restless = false;
  /** How often a fleet in which something changes was reported. */
  reports = 0;
  /** The main commit at which they are unhealthy; every one where it is not set. */
  unhealthyAt: string | undefined;
  mayRollBack = true;
  /** The answer of the next render, once. */
  nextRender: RenderOutcome | Error | undefined;
  /** The answer of the next look at the request, once. */
  nextMerge: MergeOutcome | undefined;
  /** Happens when a rollback has been planned, once. */
  afterPlan: (() => void) | undefined;
  /** Happens a moment before Fairlead closes a request. */
  beforeClose: (() => void | Promise<void>) | undefined;
  /** The answer of the next look at the clusters, once. */
  nextReport: Partial<RolloutReport> | undefined;
  /** Answers a look at what a check names; undefined: it is still awaited. */
  check: (order: VerificationOrder) => Partial<VerificationReport> | undefined = () => ({ kind: 'passed' });
  /** The commits of the branch that the entries of the record are about; undefined stands for its head. */
  notedOn: (string | undefined)[] = [];
  /** Happens a moment before Fairlead merges a request. */
  beforeMerge: (() => Promise<void>) | undefined;
  takesOver = false;
  /** What the next renders remove that the guard names. */
  removals: GuardedRemovals | undefined;
  /** The number of the lane's next observations that fail for good. */
  failingObservations = 0;
  /** Says that nobody can tell its lane anything. */
  laneIsLost = false;
  /** Says that checks run, so that the forge lets nothing be merged. */
  checksRun = false;
  /** The freezes that the lane finds when it looks. */
  freezes: FakeFreeze[] = [];
  revert: LaneObservation['revert'];
  record: RecordEntry[] = [];
  /** The forge does not take what is told of an end. */
  isUntold = false;
  /** What was told once more. */
  toldAgain: LastWord[] = [];
  /** What the record says of a label of the request that could not be set. */
  unlabelled: string | undefined;
  recordFails: Error | undefined;
  /** The reason why a lane that begins cannot read the record. */
  recordUnreadable: string | undefined;
  /** The workflow ids of the lane entries that have not left, by entry. */
  readonly entries = new Map<string, string>();
  /** The commits of main or config that change nothing in the manifests. */
  readonly alike = new Set<string>();
  renders: (RenderOrder & { readonly main: string })[] = [];
  readonly clusters: number = 2;

  /** The head of its config branch. */
  get config(): string {
    return this.configs.at(-1) ?? '';
  }

  get open(): FakeRequest | undefined {
    return this.requests.find(({ state }) => state === 'open');
  }

  /** Its requests as `promotion merged`, `config change open`, oldest first. */
  get story(): readonly string[] {
    return this.requests.map(({ operation, state }) => `${operation} ${state}`);
  }

  /** Commits to its config branch, and answers the id. */
  commitConfig(): string {
    const commit = sha(`${this.config} changed`);
    this.configs.push(commit);
    return commit;
  }

  /** Moves the branch by somebody else's commit. */
  moveOn(): void {
    this.head = sha(`${this.head} moved`);
  }

  /** Merges a request; `by` is the person who does, and Fairlead does where it is undefined. */
  merge(request: FakeRequest, by?: string): void {
    this.head = sha(`${request.head} merged`);
    Object.assign(request, { state: 'merged', mergeCommit: this.head, ...(by !== undefined && { endedBy: by }) });
    this.setDeployed(request.revision, request.operation);
  }

  /** Merges what is open, as a person on the forge. */
  mergeByHand(by: string): void {
    if (!this.open) throw new Error(`there is no open request for ${by} to merge`);
    this.merge(this.open, by);
  }

  /** Says what counts as deployed from now on. */
  setDeployed(revision: Revision, operation: OperationKind): void {
    if (this.deployed?.main !== revision.main) this.before = operation === 'rollback' ? undefined : this.deployed;
    this.deployed = revision;
  }

  /** Says that this main commit has got here before. */
  has(main: string): void {
    this.setDeployed({ main, config: this.config }, 'promotion');
  }

  close(by: string): void {
    Object.assign(this.open ?? {}, { state: 'closed', endedBy: by });
  }

  calendar(at: number): FreezeCalendar {
    const now = this.freezes.find(({ begins, ends }) => begins <= at && at < ends);
    const next = this.freezes.map(({ begins }) => begins).filter((begins) => begins > at);
    return {
      ...(now && { now: { until: iso(now.ends), reason: now.reason } }),
      ...(next.length > 0 && { next: iso(Math.min(...next)) }),
    };
  }
}

/** An open request of a promotion that does not run any more, to which somebody pushed. */
export function leftBehind({ requests, head, deployed: revision }: FakeEnvironment): FakeRequest {
  if (!revision) throw new Error('nothing is deployed');
  const main = sha('next');
  const request: FakeRequest = {
    ...{ number: 1, branch: `deploy/${main}/dev`, operation: 'promotion', workflowId: 'gone', state: 'open' },
    ...{ head, base: head, revision: { ...revision, main }, foreign: 'hannah' },
  };
  requests.push(request);
  return request;
}

/** Makes a commit id of its own for each text. */
export function sha(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
