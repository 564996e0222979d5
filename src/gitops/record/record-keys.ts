import { Failure } from '../../failure.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { noKeys, type RecordKeys } from '../../record/signing/keys.ts';
import { configFile, mainHead, platformAt } from '../platform-file.ts';

/** The most commits of main that are gone back to one whose Platform file can be read. */
const mostBrokenCommits = 20;

/** The keys of a platform, and the commit of main at which they are listed. */
export interface ListedKeys extends RecordKeys {
  readonly at: Sha | undefined;
}

/**
 * Answers whose lines count in the records of a platform: `record` of the Platform file at main's head. A head whose file
 * cannot be read takes nothing away: the last one before it that can be read counts. `seen`: main's head of a minute ago
 * is good enough. Throws `Failure` where none of them can be read.
 */
export async function recordKeys(source: GitRepository, seen: 'recently' | 'now' = 'recently'): Promise<ListedKeys> {
  const head = seen === 'now' ? await mainHead(source) : await source.recentMainHead();
  if (head === undefined) return { ...noKeys, at: undefined };
  return keysAt(source, head);
}

async function keysAt(source: GitRepository, head: Sha): Promise<ListedKeys> {
  let broken: Failure | undefined;
  let commit: Sha | undefined = head;
  for (let looked = 0; commit !== undefined && looked < mostBrokenCommits; looked += 1) {
    const found = await readKeys(source, commit);
    if (!(found instanceof Failure)) return { ...found, at: head };
    broken ??= found;
    commit = (await source.commit(commit)).parents[0];
  }
  throw broken ?? new Failure('NotFound', `${source.url} has no ${configFile} on its main branch.`);
}

async function readKeys(source: GitRepository, commit: Sha): Promise<RecordKeys | Failure> {
  try {
    return (await platformAt(source, commit)).record ?? noKeys;
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return error;
    throw error;
  }
}
