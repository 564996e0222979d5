import { Failure } from '../failure.ts';
import { isSha } from '../git/names.ts';
import type { Io } from './io.ts';

/** Answers a full id as it is, and looks up anything else in the repository. Throws `Failure` NotFound. */
export async function fullCommit(source: string, revision: string, io: Io): Promise<string> {
  if (isSha(revision)) return revision;
  const { loadSettings } = await import('../settings/settings.ts');
  const { openRepositories } = await import('./repositories.ts');
  const commit = await openRepositories(await loadSettings(io.env), io)
    .open(source)
    .resolveCommit(revision);
  if (commit !== undefined) return commit;
  throw new Failure(
    'NotFound',
    `${source} has no commit ${JSON.stringify(revision)}. Push it first, or check the spelling.`,
  );
}
