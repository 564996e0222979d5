import { cut } from '../../cut.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { gitopsHead } from '../../gitops/gitops-branch.ts';
import { type RecordDependencies, readRecord } from '../../gitops/record/read-record.ts';
import type { RecordedEntry } from '../../record/entry.ts';
import { compareNewestFirst } from '../../record/lines.ts';
import { shortSha } from '../../short-names.ts';
import type { Policy, SourceNow } from './source.ts';

/** A note that does not count. */
export interface IgnoredNote {
  /** The commit on which the note is. */
  readonly commit: Sha;
  /** A clause for people that says why it does not count. */
  readonly why: string;
  /** The entry that it is. */
  readonly entry?: RecordedEntry;
  /** The text of a note that is no entry. */
  readonly line?: string;
}

/** The record of an environment as its GitOps repository has it now. */
export interface EnvironmentRecord {
  readonly gitops: GitRepository;
  /** The head of the environment's branch. */
  readonly head: Sha;
  /** The entries that count by their signatures, newest first; none is compared with git yet. */
  readonly entries: readonly RecordedEntry[];
  /** The entries that nobody vouches for, newest first. */
  readonly unproven: readonly RecordedEntry[];
  /** All of these entries, newest first. */
  readonly all: readonly RecordedEntry[];
  /** The notes that are no entries. */
  readonly damaged: readonly IgnoredNote[];
  /** Says why an entry cannot be true, by its commits alone; undefined: they are where they must be. */
  findObjection(entry: RecordedEntry): Promise<string | undefined>;
}

/** Reads a record. Throws `Failure` where the GitOps repository or the environment's branch cannot be read. */
export async function openRecord(
  dependencies: RecordDependencies,
  { repository: source, main }: SourceNow,
  policy: Pick<Policy, 'gitops'>,
): Promise<EnvironmentRecord> {
  // The notes are read first, so that the branch has by then the commits on which they are.
  const { entries, unproven, damaged } = await readRecord(dependencies, { source: source.url, gitops: policy.gitops });
  const gitops = dependencies.repositories.open(policy.gitops.repository);
  const head = await gitopsHead(gitops, policy.gitops);
  return {
    gitops,
    head,
    entries,
    unproven,
    all: [...entries, ...unproven].sort(compareNewestFirst),
    damaged: damaged.map(({ commit, line }) => ({ commit, line, why: 'is no entry of the record' })),
    async findObjection(entry) {
      if (!(await gitops.isAncestor(entry.commit, head)))
        return `${shortSha(entry.commit)} is not on ${policy.gitops.branch} of ${gitops.url}`;
      if (entry.main !== undefined && !(await source.isAncestor(entry.main, main)))
        return `its main commit ${shortSha(entry.main)} is not on main of ${source.url}`;
      return undefined;
    },
  };
}

/**
 * Finds the newest `limit` entries whose commits are where they must be, those that nobody vouches for among them, and
 * those that were ignored on the way.
 */
export async function newestEntries(
  record: Pick<EnvironmentRecord, 'all' | 'findObjection'>,
  limit: number,
): Promise<{
  readonly entries: readonly RecordedEntry[];
  readonly ignored: readonly IgnoredNote[];
  /** The number of entries that are older, and were not looked at. */
  readonly older: number;
}> {
  const good: RecordedEntry[] = [];
  const ignored: IgnoredNote[] = [];
  let looked = 0;
  while (good.length < limit && looked < record.all.length) {
    const batch = record.all.slice(looked, looked + limit - good.length);
    const objections = await Promise.all(batch.map((entry) => record.findObjection(entry)));
    for (const [index, entry] of batch.entries()) {
      const why = objections[index];
      if (why === undefined) good.push(entry);
      else ignored.push({ commit: entry.commit, entry, why });
    }
    looked += batch.length;
  }
  return { entries: good, ignored, older: record.all.length - looked };
}

/** Answers an entry that nobody vouches for as a note that does not count. */
export function unprovenNote(entry: RecordedEntry): IgnoredNote {
  return { commit: entry.commit, entry, why: `it ${entry.unproven}` };
}

/** Says in a sentence which note is ignored, and why. */
export function ignoredWords({ commit, entry, line = '', why }: IgnoredNote): string {
  if (entry === undefined)
    return `A note on ${shortSha(commit)} does not count: ${JSON.stringify(cut(line, 80))} ${why}.`;
  return `${noteWords(entry)} ("${entry.event}") does not count: ${why}.`;
}

/** Writes how a sentence about an entry begins, here and in the doubts of `deployedAt`. */
export function noteWords({ time, commit }: RecordedEntry): string {
  return `The note of ${time} on ${shortSha(commit)}`;
}
