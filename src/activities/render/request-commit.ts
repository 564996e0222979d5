import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { foreignAuthor } from '../../gitops/foreign-author.ts';
import type { BranchChanges } from '../../render/layout/compose.ts';
import { commitMessage } from './commit-message.ts';
import type { Rendered, RenderOrder, RenderOutcome } from './contract.ts';
import type { BuiltCommit } from './forge-commit.ts';

/** The two repositories of an environment. */
export interface Repositories {
  readonly source: GitRepository;
  readonly gitops: GitRepository;
}

/** The changes of a request to the environment's branch, and what they were rendered from. */
export interface RequestChanges extends Pick<Rendered, 'revision' | 'base'> {
  readonly changes: BranchChanges;
}

/** Builds the commit of a request on top of the environment's branch. `template`: of its message; undefined: in Fairlead's own words. */
export async function buildRequestCommit(
  { source, gitops }: Repositories,
  {
    environment,
    operation,
    template,
  }: Pick<RenderOrder, 'environment' | 'operation'> & { readonly template?: string | undefined },
  { revision, base, changes }: RequestChanges,
): Promise<BuiltCommit> {
  const [main, config] = await Promise.all([source.commit(revision.main), source.commit(revision.config)]);
  const dates = [main.committer.date, config.committer.date];
  const date = dates.reduce((younger, other) => (Date.parse(other) > Date.parse(younger) ? other : younger));
  const message = commitMessage({ environment, operation, main, config }, template);
  const person = { ...gitops.identity.author, date: new Date(date).toISOString() };
  return { commit: await gitops.writeCommit({ parent: base, changes, message, person }), message };
}

/** The branch of a request, and its head when it was last seen; undefined: it was not there. */
export interface RequestHead {
  readonly branch: string;
  readonly head: string | undefined;
  /** The commit that the operation pushed last; undefined: none, or that is not known. */
  readonly pushed?: string | undefined;
}

/**
 * Moves the request's branch from the head that was seen to the commit; answers who else committed there, if anybody
 * did. Throws `Failure` Unavailable where the branch moved meanwhile.
 */
export async function pushRequestCommit(
  gitops: GitRepository,
  { branch, head: present, pushed: last }: RequestHead,
  { commit, base }: { readonly commit: string; readonly base: string },
): Promise<Extract<RenderOutcome, { kind: 'foreign push' }> | undefined> {
  const by = present === undefined ? undefined : await foreignAuthor(gitops, present, { base, pushed: last });
  if (by !== undefined) return { kind: 'foreign push', branch, by };
  if (present === commit) return undefined;
  const pushed = await gitops.push({ commit, branch, expected: present ?? null });
  if (pushed.kind === 'pushed') return undefined;
  throw new Failure('Unavailable', `${branch} of ${gitops.url} moved while it was being pushed to: looking again.`);
}
