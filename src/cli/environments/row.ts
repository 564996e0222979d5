import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { deployedAt } from '../../gitops/deployed.ts';
import type { Hold } from '../../operation/hold.ts';
import type { EnvironmentStatus, Revision } from '../../operation/status.ts';
import { type Freeze, freezeCalendar } from '../../platform/freeze/freeze.ts';
import type { GitopsTarget } from '../../platform/types.ts';
import type { RecordEvent, RecordedEntry } from '../../record/entry.ts';
import { healthyEntries, lastHold, verdicts } from '../../record/queries.ts';
import { explainDeployed } from './explanations.ts';
import { createJudge, type Judge } from './judge.ts';
import { type EnvironmentRecord, ignoredWords, noteWords, openRecord, unprovenNote } from './record.ts';
import type { OpenRequest, OpenRequests } from './requests.ts';
import { environmentPolicy, orFailure, type Policy, type SourceNow } from './source.ts';

/** The state of one environment; also what `--json` prints of it. */
export interface EnvironmentRow {
  readonly environment: string;
  /** The index of its stage, from 0. */
  readonly stage: number;
  readonly gitops?: GitopsTarget;
  /** The head of the environment's GitOps branch; undefined: it could not be read. */
  readonly head?: Sha;
  /** The pair that is deployed; undefined without an error: nothing is. */
  readonly deployed?: Revision & { readonly behind?: Behind };
  /** The pair that the provenance at the head names. */
  readonly provenance?: Revision;
  /** The pair that was last recorded healthy. */
  readonly promoted?: Revision & { readonly at: string };
  /** The last verdict on what is deployed. */
  readonly health?: Health;
  /** What is under way with what is deployed, where it has no verdict yet; undefined: nothing, or `underWayUnknown` says why. */
  readonly underWay?: UnderWay;
  readonly underWayUnknown?: string;
  readonly hold?: Hold;
  /** The freeze window in force. */
  readonly freeze?: Freeze;
  /**
   * Fairlead's open requests; undefined where nobody could be asked, as `requestsUnknown` says, or the asking failed.
   */
  readonly requests?: readonly OpenRequest[];
  readonly requestsUnknown?: string;
  /** Sentences that explain why things differ from what one would expect. */
  readonly remarks: readonly string[];
  /** Sentences on notes that do not count. */
  readonly ignored: readonly string[];
  readonly error?: { readonly type: Failure['type']; readonly message: string };
}

/** How an operation stands whose commit is deployed and has no verdict yet, as its own workflow says. */
export interface UnderWay extends Pick<EnvironmentStatus, 'state' | 'since' | 'message'> {
  /** The id of its workflow. */
  readonly operation: string;
}

/** A row of which something is deployed, and nothing is recorded of how it does. */
export type RowWithoutVerdict = EnvironmentRow & { readonly gitops: GitopsTarget };

/** Tells whether what is deployed has no verdict in the record. */
export function lacksVerdict(row: EnvironmentRow): row is RowWithoutVerdict {
  return row.deployed !== undefined && row.health === undefined && row.gitops !== undefined;
}

/** The numbers of commits beyond the deployed pair; undefined: the deployed commit is not on its branch. */
export interface Behind {
  readonly main?: number;
  readonly config?: number;
}

/** A verdict of the record. */
export interface Health {
  readonly event: RecordEvent;
  readonly at: string;
  readonly by?: string;
  readonly clusters?: { readonly total: number; readonly healthy: number };
}

/** The sources from which all rows are read. */
export interface RowContext {
  readonly dependencies: Pick<Dependencies, 'repositories' | 'renderer' | 'leafCache'>;
  readonly source: SourceNow;
  readonly requests: (policy: Policy) => Promise<OpenRequests>;
  readonly now: Date;
}

/** Reads one row. Throws no `Failure`: what cannot be read is told in the row, beside what can. */
export async function readRow(context: RowContext, environment: string, stage: number): Promise<EnvironmentRow> {
  const empty = { environment, stage, remarks: [], ignored: [] };
  const policy = await orFailure(async () => environmentPolicy(context.source, environment));
  if (policy instanceof Failure) return { ...empty, error: errorOf(policy) };
  const [branch, requests] = await Promise.all([
    orFailure(() => readBranch(context, policy)),
    context.requests(policy),
  ]);
  const freeze = freezeCalendar(policy.freeze ?? [], context.now).now;
  const failure = [branch, requests, policy.trouble].find((part) => part instanceof Failure);
  return {
    ...empty,
    gitops: policy.gitops,
    ...(branch instanceof Failure ? {} : branch),
    freeze,
    ...requestFields(requests),
    error: failure && errorOf(failure),
  };
}

function requestFields(requests: OpenRequests): Partial<EnvironmentRow> {
  if (requests instanceof Failure) return {};
  return typeof requests === 'string' ? { requestsUnknown: requests } : { requests };
}

/** Reads all that the environment's branch and its record say. */
async function readBranch(context: RowContext, policy: Policy): Promise<Omit<EnvironmentRow, 'environment' | 'stage'>> {
  const { dependencies, source, now } = context;
  const record = await openRecord(dependencies, source, policy);
  const where = { source: source.repository.url, environment: policy.name, gitops: policy.gitops };
  const deployed = await deployedAt(dependencies, where, { head: record.head, record });
  const judge = createJudge({ dependencies, where, record, deployed });
  const hold = lastHold(record.entries, now);
  const [health, promoted] = await Promise.all([
    deployed && judge.findNewest(verdicts(record.entries, deployed.revision)),
    judge.findNewest(healthyEntries(record.entries)),
  ]);
  const remarks = await explainDeployed({ source, record, deployed, judge });
  return {
    head: record.head,
    deployed: deployed && { ...deployed.revision, behind: await countBehind(source, policy, deployed.revision) },
    provenance: deployed?.provenance.revision,
    promoted: promoted && { main: promoted.main, config: promoted.config, at: promoted.time },
    health: health && healthOf(health),
    hold,
    remarks,
    ignored: ignoredSentences(record, judge, deployed?.ignoredNotes ?? []),
  };
}

/** Tells of each ignored note once: some of them are in the sentences of `deployedAt` already. */
function ignoredSentences(record: EnvironmentRecord, judge: Judge, told: readonly string[]): readonly string[] {
  const isTold = (entry: RecordedEntry | undefined) =>
    told.some((sentence) => entry !== undefined && sentence.startsWith(noteWords(entry)));
  const more = judge.ignored().filter(({ entry }) => !isTold(entry));
  const unproven = record.unproven.filter((entry) => !isTold(entry));
  const left = unproven.length - mostUnproven;
  return [
    ...told,
    ...[...more, ...unproven.slice(0, mostUnproven).map(unprovenNote), ...record.damaged].map(ignoredWords),
    ...(left > 0
      ? [`${left} older ${left === 1 ? 'note that does' : 'notes that do'} not count: fairlead history marks them.`]
      : []),
  ];
}

/** The most notes that nobody vouches for of which each has a sentence. */
const mostUnproven = 5;

function healthOf({ event, time, by, clusters }: RecordedEntry): Health {
  return { event, at: time, by, clusters };
}

async function countBehind(source: SourceNow, policy: Policy, { main, config }: Revision): Promise<Behind> {
  const [ofMain, ofConfig] = await Promise.all([
    countMissing(source.repository, main, source.main),
    countMissing(source.repository, config, policy.config),
  ]);
  return { main: ofMain, config: ofConfig };
}

/** Counts the commits between a commit and a head; undefined: the head does not have the commit. */
async function countMissing(repository: GitRepository, commit: Sha, head: Sha): Promise<number | undefined> {
  if (!(await repository.isAncestor(commit, head))) return undefined;
  return commit === head ? 0 : (await repository.log(commit, head, 1)).total;
}

function errorOf({ type, message }: Failure): { readonly type: Failure['type']; readonly message: string } {
  return { type, message };
}
