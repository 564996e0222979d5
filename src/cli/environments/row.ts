import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { deployedAt } from '../../gitops/deployed.ts';
import type { Hold } from '../../operation/hold.ts';
import type { Revision } from '../../operation/status.ts';
import { type Freeze, freezeCalendar } from '../../platform/freeze/freeze.ts';
import type { GitopsTarget } from '../../platform/types.ts';
import type { RecordEvent, RecordedEntry } from '../../record/entry.ts';
import { healthyEntries, lastHold, verdicts } from '../../record/queries.ts';
import { explanations } from './explanations.ts';
import { createJudge, type Judge } from './judge.ts';
import { type EnvironmentRecord, ignoredWords, noteWords, openRecord } from './record.ts';
import type { OpenRequest, OpenRequests } from './requests.ts';
import { orFailure, type Policy, policyOf, type SourceNow } from './source.ts';

/** Where one environment stands; also what `--json` prints of it. */
export interface EnvironmentRow {
  readonly environment: string;
  /** Index of its stage, from 0. */
  readonly stage: number;
  readonly gitops?: GitopsTarget;
  /** Of the environment's GitOps branch. */
  readonly head?: Sha;
  /** What is deployed; without it, and without an error, nothing is. */
  readonly deployed?: Revision & { readonly behind?: Behind };
  /** What the provenance at the head names. */
  readonly provenance?: Revision;
  /** The pair that was last recorded healthy. */
  readonly promoted?: Revision & { readonly at: string };
  /** The last verdict on what is deployed. */
  readonly health?: Health;
  readonly hold?: Hold;
  /** The freeze window in force. */
  readonly freeze?: Freeze;
  /** Undefined: nobody could be asked, see `requestsUnknown`, or the asking failed, see `error`. */
  readonly requests?: readonly OpenRequest[];
  readonly requestsUnknown?: string;
  /** Why things are not what they look like at first sight, in sentences. */
  readonly remarks: readonly string[];
  /** Notes that do not count, and why. */
  readonly ignored: readonly string[];
  readonly error?: { readonly type: Failure['type']; readonly message: string };
}

/** Commits that the branches have and the deployed pair has not; undefined: the deployed one is not on its branch. */
export interface Behind {
  readonly main?: number;
  readonly config?: number;
}

export interface Health {
  readonly event: RecordEvent;
  readonly at: string;
  readonly by?: string;
  readonly clusters?: { readonly total: number; readonly healthy: number };
}

export interface Look {
  readonly dependencies: Pick<Dependencies, 'repositories' | 'renderer' | 'leafCache'>;
  readonly source: SourceNow;
  readonly requests: (policy: Policy) => Promise<OpenRequests>;
  readonly now: Date;
}

/** Never throws a `Failure`: what cannot be read is told in the row, beside what can. */
export async function readRow(look: Look, environment: string, stage: number): Promise<EnvironmentRow> {
  const empty = { environment, stage, remarks: [], ignored: [] };
  const policy = await orFailure(async () => policyOf(look.source, environment));
  if (policy instanceof Failure) return { ...empty, error: errorOf(policy) };
  const [branch, requests] = await Promise.all([orFailure(() => readBranch(look, policy)), look.requests(policy)]);
  const freeze = freezeCalendar(policy.freeze, look.now).now;
  const failure = [branch, requests].find((part) => part instanceof Failure);
  return {
    ...empty,
    gitops: policy.gitops,
    ...(branch instanceof Failure ? {} : branch),
    ...(freeze && { freeze }),
    ...requestsColumn(requests),
    ...(failure && { error: errorOf(failure) }),
  };
}

function requestsColumn(requests: OpenRequests): Partial<EnvironmentRow> {
  if (requests instanceof Failure) return {};
  return typeof requests === 'string' ? { requestsUnknown: requests } : { requests };
}

/** All that the environment's branch and its record say. */
async function readBranch(look: Look, policy: Policy): Promise<Omit<EnvironmentRow, 'environment' | 'stage'>> {
  const { dependencies, source, now } = look;
  const record = await openRecord(dependencies.repositories.open(policy.gitops.repository), source, policy);
  const where = { source: source.repository.url, environment: policy.name, gitops: policy.gitops };
  const deployed = await deployedAt(dependencies, where, { head: record.head, notes: record.notes });
  const judge = createJudge({ dependencies, where, record, deployed });
  const hold = lastHold(record.entries, now);
  const [health, promoted] = await Promise.all([
    deployed && judge.newest(verdicts(record.entries, deployed.revision)),
    judge.newest(healthyEntries(record.entries)),
  ]);
  const remarks = await explanations({ source, record, deployed, judge });
  return {
    head: record.head,
    ...(deployed && {
      deployed: { ...deployed.revision, behind: await behind(source, policy, deployed.revision) },
      provenance: deployed.provenance.revision,
    }),
    ...(promoted && { promoted: { main: promoted.main, config: promoted.config, at: promoted.time } }),
    ...(health && { health: healthOf(health) }),
    ...(hold && { hold }),
    remarks,
    ignored: ignoredNotes(record, judge, deployed?.ignoredNotes ?? []),
  };
}

/** Each once: `ignoredNotes` are about some of the same notes. */
function ignoredNotes(record: EnvironmentRecord, judge: Judge, ignoredNotes: readonly string[]): readonly string[] {
  const more = judge
    .ignored()
    .filter(
      ({ entry }) => !ignoredNotes.some((objection) => entry !== undefined && objection.startsWith(noteWords(entry))),
    );
  return [...ignoredNotes, ...[...more, ...record.damaged].map(ignoredWords)];
}

function healthOf({ event, time, by, clusters }: RecordedEntry): Health {
  return { event, at: time, ...(by !== undefined && { by }), ...(clusters && { clusters }) };
}

async function behind(source: SourceNow, policy: Policy, { main, config }: Revision): Promise<Behind> {
  const [ofMain, ofConfig] = await Promise.all([
    missing(source.repository, main, source.main),
    missing(source.repository, config, policy.config),
  ]);
  return { ...(ofMain !== undefined && { main: ofMain }), ...(ofConfig !== undefined && { config: ofConfig }) };
}

async function missing(repository: GitRepository, commit: Sha, head: Sha): Promise<number | undefined> {
  if (!(await repository.isAncestor(commit, head))) return undefined;
  return commit === head ? 0 : (await repository.log(commit, head, 1)).total;
}

function errorOf({ type, message }: Failure): { readonly type: Failure['type']; readonly message: string } {
  return { type, message };
}
