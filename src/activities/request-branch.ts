import type { CommitInfo, GitRepository } from '../git/repository.ts';
import type { Errand } from './contract.ts';

/** Author and committer of every commit that Fairlead builds; by it, our commits are told from others'. */
export const botIdentity = { name: 'Fairlead', email: 'fairlead@noreply.fairlead.dev' } as const;

const prefixes: Readonly<Record<Errand, string>> = { promote: 'deploy', rollback: 'rollback' };
export const labels: Readonly<Record<Errand, string>> = { promote: 'promoted', rollback: 'rolled-back' };

/** The head branch of our request: DESIGN "One environment, step by step". */
export function requestBranch(errand: Errand, main: string, environment: string): string {
  return `${prefixes[errand]}/${main}/${environment}`;
}

/**
 * Who, other than us, committed at the head of our branch; undefined: nobody. A merge of the
 * environment's branch into ours (*Update branch* on the forge) is not a foreign push.
 */
export async function foreignAuthor(
  repository: GitRepository,
  head: string,
  environmentHead: string,
): Promise<string | undefined> {
  await repository.ensureCommit(head);
  const commit = await repository.commit(head);
  if (isOurs(commit)) return undefined;
  const [first, second, ...more] = commit.parents;
  const update = first !== undefined && second !== undefined && more.length === 0;
  if (update && isOurs(await repository.commit(first)) && (await repository.isAncestor(second, environmentHead)))
    return undefined;
  return (commit.author.email === botIdentity.email ? commit.committer : commit.author).name;
}

function isOurs({ author, committer }: CommitInfo): boolean {
  return author.email === botIdentity.email && committer.email === botIdentity.email;
}
