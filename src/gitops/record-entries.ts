import type { GitRepository } from '../git/repository.ts';
import { type RecordedEntry, recordName } from '../record/entry.ts';
import { parseEntries } from '../record/lines.ts';

/**
 * Reads the record of the environment with this GitOps branch, newest first; nobody has checked its entries. `at`: where
 * the notes have just been seen, so that the remote is not asked again. Throws what `parseEntries` throws.
 */
export async function recordEntries(
  repository: GitRepository,
  branch: string,
  at?: Parameters<GitRepository['notes']>[1],
): Promise<readonly RecordedEntry[]> {
  return parseEntries((await repository.notes(recordName(branch), at)).lines).entries;
}
