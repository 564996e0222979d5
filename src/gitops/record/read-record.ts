import type { Dependencies } from '../../dependencies.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { repositoryKey } from '../../platform/repository/platform-id.ts';
import type { GitopsTarget } from '../../platform/types.ts';
import { recordName } from '../../record/entry.ts';
import { compareNewestFirst, type ParsedRecord, parseEntries } from '../../record/lines.ts';
import { noKeys, type RecordKeys } from '../../record/signing/keys.ts';
import type { LinePlace } from '../../record/signing/signature.ts';
import { lineTrust } from '../../record/signing/trust.ts';
import { recordKeys } from './record-keys.ts';

/** The record of an environment as it was read at one moment; nobody has compared its entries with git. */
export interface ReadRecord extends ParsedRecord {
  /** The commit of the notes; undefined: there are none. */
  readonly head: Sha | undefined;
}

/** The parts that reading a record needs. */
export type RecordDependencies = Pick<Dependencies, 'repositories' | 'proofs'>;

/** Whose record is read: the platform's source repository, whose main lists the keys, and the GitOps branch. */
export interface RecordPlace {
  /** URL of the source repository; undefined: an older release ordered the step, and every line counts as then. */
  readonly source: string | undefined;
  readonly gitops: GitopsTarget;
}

/**
 * Reads the record of an environment, with what was recorded while its branch had another name. `at`: where the notes have just
 * been seen, so that the remote is not asked again. Throws what `parseEntries` and `recordKeys` throw.
 */
export async function readRecord(
  { repositories, proofs }: RecordDependencies,
  { source: url, gitops }: RecordPlace,
  at?: Parameters<GitRepository['notes']>[1],
): Promise<ReadRecord> {
  const repository = repositories.open(gitops.repository);
  const notes = await repository.notes(recordName(gitops.branch), at);
  const former = formerTarget(gitops);
  const before = former && (await repository.notes(recordName(former.branch)));
  const isEmpty = notes.lines.size === 0 && (before === undefined || before.lines.size === 0);
  const source = url === undefined ? undefined : repositories.open(url);
  const keys = source === undefined || isEmpty ? noKeys : await recordKeys(source);
  const parse = (keys: RecordKeys): ReadRecord => {
    const present = parseEntries(notes.lines, lineTrust(keys, placeOf(gitops), proofs));
    const earlier = former && before && parseEntries(before.lines, lineTrust(keys, placeOf(former), proofs));
    return { head: notes.head, ...joinRecords(present, earlier) };
  };
  const read = parse(keys);
  if (source === undefined || !read.namesUnlisted) return read;
  // The key may just have been listed.
  return parse(await recordKeys(source, 'now'));
}

/** Answers where the manifests went before the branch was renamed; undefined: it was not. */
export function formerTarget({ repository, renamedFrom }: GitopsTarget): GitopsTarget | undefined {
  return renamedFrom === undefined ? undefined : { repository, branch: renamedFrom };
}

/**
 * Joins what was recorded under two names of one branch. Of the former name counts what was there before anything was recorded under
 * the present one: whoever names another branch that goes on must not end a hold here by what is resumed there.
 */
export function joinRecords(present: ParsedRecord, earlier: ParsedRecord | undefined): ParsedRecord {
  if (earlier === undefined) return present;
  const renamedAt = present.entries.at(-1)?.time;
  const before = earlier.entries.filter(({ time }) => renamedAt === undefined || time <= renamedAt);
  return {
    entries: [...present.entries, ...before].sort(compareNewestFirst),
    unproven: [...present.unproven, ...earlier.unproven].sort(compareNewestFirst),
    namesUnlisted: present.namesUnlisted || earlier.namesUnlisted,
    damaged: [...present.damaged, ...earlier.damaged],
  };
}

/** Names the record of a GitOps branch as its signatures do. */
export function placeOf({ repository, branch }: GitopsTarget): Omit<LinePlace, 'commit'> {
  return { repository: repositoryKey(repository), branch };
}
