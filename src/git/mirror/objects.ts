import type { Git } from '../process/commands.ts';
import type { Sha } from '../repository.ts';

/** Answers the type of each of these objects that the mirror has. */
export async function objectTypes(git: Git, shas: readonly Sha[]): Promise<ReadonlyMap<Sha, string>> {
  if (shas.length === 0) return new Map();
  const { stdout } = await git.plumb(['cat-file', '--batch-check=%(objectname) %(objecttype)'], `${shas.join('\n')}\n`);
  const lines = stdout.toString('utf8').trimEnd().split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [sha = '', type = ''] = line.split(' ');
      return type === 'missing' ? [] : [[sha, type] as const];
    }),
  );
}

/** Answers those of the ids that are not a commit in the mirror. Commits seen before are not looked for again. */
export async function absentCommits(git: Git, shas: readonly Sha[]): Promise<readonly Sha[]> {
  const { present } = git.caches;
  const unsure = shas.filter((sha) => present.get(sha) === undefined);
  const types = await objectTypes(git, unsure);
  return unsure.filter((sha) => {
    if (types.get(sha) !== 'commit') return true;
    present.set(sha, true);
    return false;
  });
}

/**
 * Tells git which commits are here, so that it offers them when it fetches the next. They stand under 256 names of our
 * own, each holding the last commit whose id begins with it: the number is bounded, and no name can be in another's
 * way.
 */
export async function rememberCommits(git: Git, shas: readonly Sha[]): Promise<void> {
  const slots = new Map(shas.map((sha) => [sha.slice(0, 2), sha]));
  const updates = [...slots].map(([slot, sha]) => `update refs/fairlead/seen/${slot} ${sha}\n`);
  await git.plumb(['update-ref', '--stdin'], updates.join(''));
}
