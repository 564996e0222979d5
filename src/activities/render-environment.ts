import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import { short } from '../promotion/decisions.ts';
import { sameApartFromProvenance, takesOver } from '../render/layout/compose.ts';
import { type Composed, composeEnvironment } from './compose-environment.ts';
import type { RenderOrder, RenderOutcome } from './contract.ts';
import { gitopsHeads, provenanceAt } from './gitops-branch.ts';
import { lostEdits } from './lost-edits.ts';
import type { Parts } from './parts.ts';
import { mainBranch } from './read-platform.ts';
import { botIdentity, foreignAuthor, requestBranch } from './request-branch.ts';
import { loadTree } from './source-tree.ts';

/**
 * Renders the environment on top of its branch and pushes the commit to the request's branch. The same
 * inputs give the same commit, so that doing it twice changes nothing.
 */
export async function renderEnvironment(parts: Parts, order: RenderOrder): Promise<RenderOutcome> {
  const source = parts.repositories.open(order.source);
  const gitops = parts.repositories.open(order.gitops.repository);
  const requested = requestBranch(order.errand, order.main, order.environment);
  const { base, request } = await gitopsHeads(gitops, order.gitops, requested);
  const last = await provenanceAt(gitops, base);
  const deployed = last?.revision;
  const ahead = deployed && order.errand === 'promote' ? await isAhead(source, order.main, deployed.main) : undefined;
  if (ahead) return ahead;
  const branch = await loadTree(gitops, base);
  const { environment, main, config } = order;
  const head = await source.branchHead(mainBranch);
  const known = { ...(head && { head }), ...(deployed && { deployed: deployed.main }) };
  const inputs = { ...parts, source, environment, main, config, ...known };
  const composed = await composeEnvironment({ ...inputs, branch });
  const waiting = composed.rendered.waiting.map(({ group, path }) => `${group}/${path}`).slice(0, mostWaiting);
  if (deployed && sameApartFromProvenance(composed.changes))
    return { kind: 'unchanged', head: base, deployed, waiting };
  const commit = await commitOf(source, gitops, order, base, composed);
  const published = await publish(gitops, { branch: requested, head: request }, commit, base);
  if (published.kind !== 'changed') return published;
  return {
    ...published,
    ...(deployed && { deployed }),
    takesOver: takesOver(branch, composed.changes),
    waiting,
    lostEdits: last ? await lostEdits(inputs, branch, last) : [],
  };
}

/** Enough to see the pattern; the list is kept in history. */
const mostWaiting = 50;

/** Nothing but a rollback moves an environment backwards. */
async function isAhead(source: GitRepository, main: string, deployed: string): Promise<RenderOutcome | undefined> {
  if (main === deployed) return undefined;
  await source.ensureCommit(main);
  if (!(await source.ensureCommit(deployed))) return { kind: 'unrelated', deployed };
  if (await source.isAncestor(deployed, main)) return undefined;
  return (await source.isAncestor(main, deployed))
    ? { kind: 'superseded', by: deployed }
    : { kind: 'unrelated', deployed };
}

async function commitOf(
  source: GitRepository,
  gitops: GitRepository,
  order: RenderOrder,
  base: string,
  { changes }: Composed,
): Promise<string> {
  const [main, config] = await Promise.all([source.commit(order.main), source.commit(order.config)]);
  const dates = [main.committer.date, config.committer.date];
  const date = dates.reduce((younger, other) => (Date.parse(other) > Date.parse(younger) ? other : younger));
  const verb = order.errand === 'rollback' ? 'Roll back' : 'Promote';
  return gitops.writeCommit({
    parent: base,
    changes,
    message: `${verb} ${order.environment} to ${short(order.main)}\n\n${main.subject}\n\nMain: ${order.main}\nConfig: ${order.config}\n`,
    person: { ...botIdentity, date: new Date(date).toISOString() },
  });
}

type Published = Extract<RenderOutcome, { kind: 'changed' }>;

/** Moves the request's branch from where it was seen to the commit, unless somebody else committed there. */
async function publish(
  gitops: GitRepository,
  { branch, head: present }: { readonly branch: string; readonly head: string | undefined },
  commit: string,
  base: string,
): Promise<Omit<Published, 'takesOver' | 'waiting' | 'lostEdits'> | Extract<RenderOutcome, { kind: 'foreign push' }>> {
  const by = present === undefined ? undefined : await foreignAuthor(gitops, present, base);
  if (by !== undefined) return { kind: 'foreign push', branch, by };
  if (present !== commit) {
    const pushed = await gitops.push({ commit, branch, expected: present ?? null });
    if (pushed.kind === 'moved')
      throw new Failure('Unavailable', `${branch} of ${gitops.url} moved while it was being pushed to: looking again.`);
  }
  return { kind: 'changed', commit, branch, base };
}
