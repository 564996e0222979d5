import { isDeepStrictEqual } from 'node:util';
import { cut } from '../../cut.ts';
import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { configOvertaken, isAtOrBehind } from '../../gitops/ancestry.ts';
import { composeEnvironment, type RenderInputs } from '../../gitops/compose-environment.ts';
import { type Deployed, deployedAt } from '../../gitops/deployed.ts';
import { type GitopsHeads, gitopsHeads } from '../../gitops/gitops-branch.ts';
import { heldAt } from '../../gitops/held-at.ts';
import { loadBranch } from '../../gitops/load-tree.ts';
import { withMainHead } from '../../gitops/platform-file.ts';
import { readRecord } from '../../gitops/record/read-record.ts';
import { requestBranch } from '../../gitops/request-branch.ts';
import { isRecordable } from '../../gitops/same-render.ts';
import { type GuardedRemovals, sameRemovals } from '../../operation/guard/removals.ts';
import type { Revision } from '../../operation/status.ts';
import { checkWritten } from '../../platform/repository/allowed-repositories.ts';
import { recordName } from '../../record/entry.ts';
import { sameApartFromProvenance, takesOver } from '../../render/layout/compose.ts';
import type { SourceTree } from '../../render/types.ts';
import type { Rendered, RenderOrder, RenderOutcome } from './contract.ts';
import { commitToPush } from './forge-commit.ts';
import { guardedRemovals } from './guard.ts';
import { overwrittenWords } from './impostor.ts';
import { lostEdits } from './lost-edits.ts';
import { buildRequestCommit, pushRequestCommit, type RequestHead } from './request-commit.ts';

/** What the lane saw this many milliseconds ago, as it let the operation in, is good enough for a request. */
const justNowMs = 2_000;

/**
 * Renders the environment on top of its branch and pushes the commit to the request's branch. The same inputs give the
 * same commit, so that doing it twice changes nothing. A request may be rendered on what was seen just before, because whoever opens
 * and merges it looks again; any other answer is of now. So is that of an operation which is on the branch already: what was seen
 * before its merge would have the same opened once more.
 */
export async function renderEnvironment(dependencies: Dependencies, order: RenderOrder): Promise<RenderOutcome> {
  checkWritten(order, dependencies.allowed);
  if (order.deployedAs !== undefined) return renderAt(dependencies, order, await lookAt(dependencies, order));
  const look = (withinMs?: number) => lookAt(dependencies, order, withinMs);
  const seen = await settledUnlessPassing(look(justNowMs));
  const answer =
    seen.status === 'rejected' ? seen : await settledUnlessPassing(renderAt(dependencies, order, seen.value));
  if (answer.status === 'fulfilled' && answer.value.kind === 'changed') return answer.value;
  const now = await look();
  if (seen.status === 'rejected' || !isDeepStrictEqual(seen.value, now)) return renderAt(dependencies, order, now);
  if (answer.status === 'rejected') throw answer.reason;
  return answer.value;
}

/** Where the branch of a request is, and the branch and the record that it is rendered on, all at one moment. */
interface RenderHeads extends Pick<GitopsHeads, 'base' | 'notes'> {
  readonly requested: RequestHead;
}

async function lookAt({ repositories }: Dependencies, order: RenderOrder, withinMs?: number): Promise<RenderHeads> {
  const { gitops, operation, main = '' } = order;
  const branch = requestBranch(operation, main, gitops.branch);
  const wanted = { branches: [branch], notes: recordName(gitops.branch), withinMs };
  const { base, branches, notes } = await gitopsHeads(repositories.open(gitops.repository), gitops, wanted);
  return { base, notes, requested: { branch, head: branches.get(branch) } };
}

/** Answers what a failure that passes by itself does not throw. */
async function settledUnlessPassing<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [answer] = await Promise.allSettled([work]);
  if (answer.status === 'fulfilled') return answer;
  if (answer.reason instanceof Failure && !answer.reason.retryable) return answer;
  throw answer.reason;
}

async function renderAt(
  dependencies: Dependencies,
  order: RenderOrder,
  { base, notes: head, requested }: RenderHeads,
): Promise<RenderOutcome> {
  const record = await readRecord(dependencies, order, { head });
  const deployed = await deployedAt(dependencies, order, { head: base, record });
  const main = mainToRender(order, deployed);
  if (main === undefined) return { kind: 'nothing promoted yet' };
  const revision = { main, config: order.config };
  const source = dependencies.repositories.open(order.source);
  const passed = deployed && (await findNewer(source, order, { revision, deployed: deployed.revision }));
  if (passed) return passed;
  const basis = {
    revision,
    base,
    recordHead: record.head,
    deployed: deployed?.revision,
    ignoredNotes: deployed?.ignoredNotes ?? [],
  };
  return renderRequest(dependencies, order, {
    requested: { ...requested, pushed: order.pushed },
    deployed,
    basis,
  });
}

/**
 * Answers the main commit to render. A config change renders the deployed one, or the one about to be recorded for it.
 */
function mainToRender({ operation, main, over }: RenderOrder, deployed: Deployed | undefined): string | undefined {
  if (operation !== 'config change') return main;
  return main !== undefined && deployed && over === deployed.revision.main ? main : deployed?.revision.main;
}

/**
 * Answers what is deployed that is newer than what is ordered: nothing but a rollback moves an environment backwards.
 */
async function findNewer(
  source: GitRepository,
  { environment, operation, configMayGoBack }: RenderOrder,
  { revision: { main, config }, deployed }: { readonly revision: Revision; readonly deployed: Revision },
): Promise<RenderOutcome | undefined> {
  if (operation === 'promotion' && !(await isAtOrBehind(source, deployed.main, main)))
    return (await isAtOrBehind(source, main, deployed.main))
      ? { kind: 'superseded', by: deployed.main }
      : { kind: 'unrelated', deployed: deployed.main };
  if (configMayGoBack || !(await configOvertaken(source, environment, { config, deployed: deployed.config })))
    return undefined;
  return { kind: 'config overtaken', deployed: deployed.config };
}

/** The most waiting assignments that are listed: enough to see the pattern. The list is kept in history. */
const mostWaiting = 50;
/** The most warnings of a render that are told. */
const mostWarnings = 10;
/** The most characters of an assignment or a warning that are told: a status holds those of 150 environments. */
const toldCharacters = 300;

/** The state of branches and record that a request is rendered on. */
interface ProposalBasis {
  readonly requested: RequestHead;
  readonly deployed: Deployed | undefined;
  readonly basis: Omit<Rendered, 'waiting'>;
}

/**
 * Renders the pair; pushes a commit where the branch has other manifests, or where the record cannot say what is there.
 */
async function renderRequest(
  dependencies: Dependencies,
  order: RenderOrder,
  { requested, deployed, basis }: ProposalBasis,
): Promise<RenderOutcome> {
  const { revision, base } = basis;
  const { environment } = order;
  const source = dependencies.repositories.open(order.source);
  const gitops = dependencies.repositories.open(order.gitops.repository);
  const branch = await loadBranch(gitops, base);
  const { place, inputs, composed } = await withMainHead(source, async (head) => {
    const place = { source, environment, head, held: heldAt(gitops, base) };
    const inputs = { ...dependencies, ...place, ...revision, deployed: deployed?.revision.main };
    return { place, inputs, composed: await composeEnvironment({ ...inputs, branch }) };
  });
  const { rendered, changes } = composed;
  const told = (texts: readonly string[], most: number) =>
    texts.slice(0, most).map((text) => cut(text, toldCharacters));
  const waiting = told(
    rendered.waiting.map(({ group, path }) => `${group}/${path}`),
    mostWaiting,
  );
  const ignoredNotes = [...basis.ignoredNotes, ...told(rendered.warnings, mostWarnings)];
  const written = deployed?.provenance.revision;
  if (deployed && written && sameApartFromProvenance(changes))
    if (await isRecordable(dependencies, place, { rendered: written, pair: revision }))
      return { ...basis, ignoredNotes, kind: 'unchanged', deployed: deployed.revision, waiting };
  const found = await guardedRemovals({ source, gitops }, order, { rendered, branch, changes });
  const removals = found && {
    ...found,
    ...((await isByConfig({ source, gitops }, order, { found, inputs, branch, deployed })) && {
      byConfig: true as const,
    }),
  };
  const built = await buildRequestCommit(
    { source, gitops },
    { ...order, template: dependencies.requestTemplates?.message },
    { revision, base, changes },
  );
  const forge = dependencies.forges.for(order.gitops.repository);
  const commit = await commitToPush({ gitops, forge, present: requested.head }, built);
  const overwritten = await lostCommits(dependencies, order, { requested, commit, base });
  const foreign = await pushRequestCommit(gitops, requested, { commit, base });
  if (foreign) return foreign;
  return {
    ...basis,
    ignoredNotes,
    kind: 'changed',
    commit,
    branch: requested.branch,
    ...(requested.head === undefined && { isNewBranch: true as const }),
    takesOver: takesOver(branch, changes),
    waiting,
    lostEdits: deployed ? await lostEdits(inputs, branch, deployed.provenance) : [],
    ...(overwritten.length > 0 && { overwritten }),
    ...(removals && { removals }),
  };
}

/** What a render removes, and what it was made from. */
interface FoundRemovals {
  readonly found: GuardedRemovals;
  readonly inputs: RenderInputs;
  readonly branch: SourceTree;
  readonly deployed: Deployed | undefined;
}

/**
 * Tells whether a rollback removes something only because today's config comes along, which is not deployed yet: with the deployed one it
 * would not. Nobody has approved that.
 */
async function isByConfig(
  repositories: Parameters<typeof guardedRemovals>[0],
  order: RenderOrder,
  { found, inputs, branch, deployed }: FoundRemovals,
): Promise<boolean> {
  const { operation, configMayGoBack } = order;
  if (operation !== 'rollback' || configMayGoBack || !deployed || deployed.revision.config === order.config)
    return false;
  try {
    const { rendered, changes } = await composeEnvironment({ ...inputs, config: deployed.revision.config, branch });
    return !sameRemovals(found, await guardedRemovals(repositories, order, { rendered, branch, changes }));
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return true;
    throw error;
  }
}

/** Says what the push of a commit overwrites that carries our name and is not by us. */
async function lostCommits(
  { repositories, ...dependencies }: Dependencies,
  order: RenderOrder,
  { requested, commit, base }: { readonly requested: RequestHead; readonly commit: string; readonly base: string },
): Promise<readonly string[]> {
  const { branch, head } = requested;
  if (head === undefined || head === commit) return [];
  const both = { source: repositories.open(order.source), gitops: repositories.open(order.gitops.repository) };
  return overwrittenWords({ ...dependencies, repositories: both }, order, { branch, head, base });
}
