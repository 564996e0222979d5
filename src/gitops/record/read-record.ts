import type { Dependencies } from '../../dependencies.ts';
import type { GitRepository, Notes, Sha } from '../../git/repository.ts';
import { repositoryKey } from '../../platform/repository/platform-id.ts';
import type { GitopsTarget } from '../../platform/types.ts';
import { recordName } from '../../record/entry.ts';
import { type ParsedRecord, parseEntries } from '../../record/lines.ts';
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
 * Reads the record of an environment. `at`: where the notes have just been seen, so that the remote is not asked again.
 * Throws what `parseEntries` and `recordKeys` throw.
 */
export async function readRecord(
  { repositories, proofs }: RecordDependencies,
  { source: url, gitops }: RecordPlace,
  at?: Parameters<GitRepository['notes']>[1],
): Promise<ReadRecord> {
  const notes = await repositories.open(gitops.repository).notes(recordName(gitops.branch), at);
  const source = url === undefined ? undefined : repositories.open(url);
  const keys = source === undefined || notes.lines.size === 0 ? noKeys : await recordKeys(source);
  const parse = ({ head, lines }: Notes, keys: RecordKeys): ReadRecord => ({
    head,
    ...parseEntries(lines, lineTrust(keys, placeOf(gitops), proofs)),
  });
  const read = parse(notes, keys);
  if (source === undefined || !read.namesUnlisted) return read;
  // The key may just have been listed.
  return parse(notes, await recordKeys(source, 'now'));
}

/** Names the record of a GitOps branch as its signatures do. */
export function placeOf({ repository, branch }: GitopsTarget): Omit<LinePlace, 'commit'> {
  return { repository: repositoryKey(repository), branch };
}
