import { createHash } from 'node:crypto';
import type { MergeOutcome } from '../../../src/activities/pull-request/contract.ts';
import type { RenderOrder, RenderOutcome } from '../../../src/activities/render/contract.ts';
import type { RolloutReport } from '../../../src/activities/rollout/contract.ts';
import type { EnvironmentSnapshot } from '../../../src/activities/source/contract.ts';
import type { LaneObservation, Relation } from '../../../src/lane/types.ts';
import type { OperationKind } from '../../../src/operation/kind.ts';
import type { ClusterStatus, Revision } from '../../../src/operation/status.ts';
import type { FreezeCalendar } from '../../../src/platform/freeze/freeze.ts';
import type { RecordEntry } from '../../../src/record/entry.ts';
import type { Workflows } from '../../../src/temporal/workflows-port.ts';

export type Policy = Omit<EnvironmentSnapshot, 'config' | 'gitops'>;

export interface FakeRequest {
  readonly number: number;
  readonly branch: string;
  readonly operation: OperationKind;
  /** Of whoever opened it. */
  readonly workflowId: string;
  head: string;
  base: string;
  revision: Revision;
  state: 'open' | 'merged' | 'closed';
  mergeCommit?: string;
  endedBy?: string;
  comment?: string;
  /** Merged although the record had moved. */
  overtaken?: true;
  /** Who else pushed to its branch. */
  foreign?: string;
}

export interface FakeFreeze {
  /** Milliseconds since 1970, of the server's clock. */
  readonly begins: number;
  readonly ends: number;
  readonly reason: string;
}

/** What the parts of the world know of each other. */
export interface Surroundings {
  readonly intervalMs: number;
  readonly workflows: Workflows;
  /** Workflow ids of the promotions that were started. */
  readonly promotions: readonly string[];
  readonly environments: ReadonlyMap<string, FakeEnvironment>;
  /** Sources that do not have what is deployed. */
  readonly foreignSources: ReadonlySet<string>;
  at(environment: string): FakeEnvironment;
  /** Of one main commit to another. */
  relation(one: string, other: string): Relation | 'unknown';
}

/** One environment of the world that workflow tests run in: its config branch, its branch, its requests, its clusters. */
export class FakeEnvironment {
  policy: Policy = { merge: 'auto', soakMs: 0, rolloutTimeoutMs: 600_000, onFailure: 'wait', whenNewer: 'supersede' };
  /** Commits of its config branch, oldest first. */
  configs = [sha('config')];
  head = sha('head');
  deployed: Revision | undefined = { main: sha('before'), config: sha('config') };
  /** Where a rollback goes. */
  before: Revision | undefined;
  /** The record knows of none that was healthy. */
  neverHealthy = false;
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
  /** Happens when a rollback has been planned, once. */
  afterPlan: (() => void) | undefined;
  /** Happens a moment before Fairlead closes a request. */
  beforeClose: (() => void | Promise<void>) | undefined;
  /** What the next look at the clusters answers instead, once. */
  nextReport: Partial<RolloutReport> | undefined;
  /** Commits of the branch that the entries of the record are about; undefined: its head. */
  notedOn: (string | undefined)[] = [];
  /** Happens a moment before Fairlead merges a request. */
  beforeMerge: (() => Promise<void>) | undefined;
  takesOver = false;
  /** The lane's looks at the world that fail for good, one after the other. */
  surveysFail = 0;
  /** Nobody can tell its lane anything. */
  laneIsLost = false;
  /** The forge lets nothing be merged meanwhile. */
  checksRun = false;
  /** Found by the lane when it looks. */
  freezes: FakeFreeze[] = [];
  revert: LaneObservation['revert'];
  record: RecordEntry[] = [];
  /** What the record says of the request's label that could not be set. */
  unlabelled: string | undefined;
  recordFails: Error | undefined;
  /** Why a lane that begins cannot read it. */
  recordUnreadable: string | undefined;
  /** Entries of the lane that have not left it, and whose they are. */
  readonly entries = new Map<string, string>();
  /** Commits of main or config that change nothing in the manifests. */
  readonly alike = new Set<string>();
  renders: (RenderOrder & { readonly main: string })[] = [];
  readonly clusters: number = 2;

  /** Head of its config branch. */
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

  /** A commit on its config branch; answers its id. */
  commitConfig(): string {
    const commit = sha(`${this.config} changed`);
    this.configs.push(commit);
    return commit;
  }

  /** Somebody else's commit on the branch. */
  moveOn(): void {
    this.head = sha(`${this.head} moved`);
  }

  /** `by`: a person; undefined: Fairlead. */
  merge(request: FakeRequest, by?: string): void {
    this.head = sha(`${request.head} merged`);
    Object.assign(request, { state: 'merged', mergeCommit: this.head, ...(by !== undefined && { endedBy: by }) });
    this.land(request.revision, request.operation);
  }

  /** A person merges on the forge what is open there. */
  mergeByHand(by: string): void {
    if (!this.open) throw new Error(`there is no open request for ${by} to merge`);
    this.merge(this.open, by);
  }

  /** What counts as deployed from now on. */
  land(revision: Revision, operation: OperationKind): void {
    if (this.deployed?.main !== revision.main) this.before = operation === 'rollback' ? undefined : this.deployed;
    this.deployed = revision;
  }

  /** This main commit has got here before. */
  has(main: string): void {
    this.land({ main, config: this.config }, 'promotion');
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

/** A commit id of its own for each text. */
export function sha(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
