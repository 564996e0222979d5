import { cut } from '../../cut.ts';
import type { GitRepository, Notes, Sha } from '../../git/repository.ts';
import { gitopsHead } from '../../gitops/gitops-branch.ts';
import { type RecordedEntry, recordName } from '../../record/entry.ts';
import { parseEntries } from '../../record/lines.ts';
import { shortSha } from '../../short-sha.ts';
import type { Policy, SourceNow } from './source.ts';

/** A note that does not count, and why. */
export interface IgnoredNote {
  /** The commit that it is a note of. */
  readonly commit: Sha;
  /** A sentence for people, without its full stop. */
  readonly why: string;
  /** What it says; of a note that is no entry, `line`. */
  readonly entry?: RecordedEntry;
  readonly line?: string;
}

/** The record of an environment, as its GitOps repository has it now. */
export interface EnvironmentRecord {
  readonly gitops: GitRepository;
  /** Of the environment's branch. */
  readonly head: Sha;
  readonly notes: Notes;
  /** Newest first; checked by nobody yet. */
  readonly entries: readonly RecordedEntry[];
  readonly damaged: readonly IgnoredNote[];
  /** Why an entry cannot be true, by its commits alone; undefined: they are where they must be. */
  objection(entry: RecordedEntry): Promise<string | undefined>;
}

/** Throws `Failure` where the GitOps repository or the environment's branch cannot be read. */
export async function openRecord(
  gitops: GitRepository,
  { repository: source, main }: SourceNow,
  policy: Policy,
): Promise<EnvironmentRecord> {
  // In this order: what is noted by now stands on commits that are on the branch by then.
  const notes = await gitops.notes(recordName(policy.gitops.branch));
  const head = await gitopsHead(gitops, policy.gitops);
  const { entries, damaged } = parseEntries(notes.lines);
  return {
    gitops,
    head,
    notes,
    entries,
    damaged: damaged.map(({ commit, line }) => ({ commit, line, why: 'is no entry of the record' })),
    async objection(entry) {
      if (!(await gitops.isAncestor(entry.commit, head)))
        return `${shortSha(entry.commit)} is not on ${policy.gitops.branch} of ${gitops.url}`;
      if (entry.main !== undefined && !(await source.isAncestor(entry.main, main)))
        return `its main commit ${shortSha(entry.main)} is not on main of ${source.url}`;
      return undefined;
    },
  };
}

/** The newest `limit` entries whose commits are where they must be, and what came up on the way to them. */
export async function newestEntries(
  record: Pick<EnvironmentRecord, 'entries' | 'objection'>,
  limit: number,
): Promise<{
  readonly entries: readonly RecordedEntry[];
  readonly ignored: readonly IgnoredNote[];
  /** How many are older, and were not looked at. */
  readonly older: number;
}> {
  const good: RecordedEntry[] = [];
  const ignored: IgnoredNote[] = [];
  let looked = 0;
  while (good.length < limit && looked < record.entries.length) {
    const batch = record.entries.slice(looked, looked + limit - good.length);
    const ignoredNotes = await Promise.all(batch.map((entry) => record.objection(entry)));
    for (const [index, entry] of batch.entries()) {
      const why = ignoredNotes[index];
      if (why === undefined) good.push(entry);
      else ignored.push({ commit: entry.commit, entry, why });
    }
    looked += batch.length;
  }
  return { entries: good, ignored, older: record.entries.length - looked };
}

/** A sentence for people. */
export function ignoredWords({ commit, entry, line = '', why }: IgnoredNote): string {
  if (entry === undefined)
    return `A note on ${shortSha(commit)} does not count: ${JSON.stringify(cut(line, 80))} ${why}.`;
  return `${noteWords(entry)} ("${entry.event}") does not count: ${why}.`;
}

/** How a sentence about an entry begins, here and in the doubts of `deployedAt`. */
export function noteWords({ time, commit }: RecordedEntry): string {
  return `The note of ${time} on ${shortSha(commit)}`;
}
