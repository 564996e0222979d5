import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { foreignAuthor } from '../../gitops/foreign-author.ts';
import { botIdentity } from '../../gitops/request-branch.ts';
import type { BranchChanges } from '../../render/layout/compose.ts';
import { shortSha } from '../../short-names.ts';
import { titleText } from '../../untrusted-text.ts';
import type { Rendered, RenderOrder, RenderOutcome } from './contract.ts';

/** The two repositories of an environment. */
export interface Repositories {
  readonly source: GitRepository;
  readonly gitops: GitRepository;
}

/** The changes of a request to the environment's branch, and what they were rendered from. */
export interface RequestChanges extends Pick<Rendered, 'revision' | 'base'> {
  readonly changes: BranchChanges;
}

/** Builds the commit of a request on top of the environment's branch. */
export async function buildRequestCommit(
  { source, gitops }: Repositories,
  { environment, operation }: Pick<RenderOrder, 'environment' | 'operation'>,
  { revision, base, changes }: RequestChanges,
): Promise<string> {
  const [main, config] = await Promise.all([source.commit(revision.main), source.commit(revision.config)]);
  const dates = [main.committer.date, config.committer.date];
  const date = dates.reduce((younger, other) => (Date.parse(other) > Date.parse(younger) ? other : younger));
  const to = `${environment} to ${shortSha(revision.main)}\n\n${titleText(main.subject)}`;
  const words = {
    promotion: `Promote ${to}`,
    'config change': `Configure ${environment}: ${titleText(config.subject)}`,
    rollback: `Roll back ${to}`,
  };
  return gitops.writeCommit({
    parent: base,
    changes,
    message: `${words[operation]}\n\nMain: ${revision.main}\nConfig: ${revision.config}\n`,
    person: { ...botIdentity, date: new Date(date).toISOString() },
  });
}

/** The branch of a request, and its head when it was last seen; undefined: it was not there. */
export interface RequestHead {
  readonly branch: string;
  readonly head: string | undefined;
}

/**
 * Moves the request's branch from the head that was seen to the commit; answers who else committed there, if anybody
 * did. Throws `Failure` Unavailable where the branch moved meanwhile.
 */
export async function pushRequestCommit(
  gitops: GitRepository,
  { branch, head: present }: RequestHead,
  { commit, base }: { readonly commit: string; readonly base: string },
): Promise<Extract<RenderOutcome, { kind: 'foreign push' }> | undefined> {
  const by = present === undefined ? undefined : await foreignAuthor(gitops, present, base);
  if (by !== undefined) return { kind: 'foreign push', branch, by };
  if (present === commit) return undefined;
  const pushed = await gitops.push({ commit, branch, expected: present ?? null });
  if (pushed.kind === 'pushed') return undefined;
  throw new Failure('Unavailable', `${branch} of ${gitops.url} moved while it was being pushed to: looking again.`);
}
