import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { configOvertaken, isAtOrBehind } from '../../gitops/ancestry.ts';
import { composeEnvironment, type RenderInputs } from '../../gitops/compose-environment.ts';
import { type Deployed, deployedAt } from '../../gitops/deployed.ts';
import { gitopsHeads } from '../../gitops/gitops-branch.ts';
import { heldAt } from '../../gitops/held-at.ts';
import { loadTree } from '../../gitops/load-tree.ts';
import { withMainHead } from '../../gitops/platform-file.ts';
import { readRecord } from '../../gitops/record/read-record.ts';
import { requestBranch } from '../../gitops/request-branch.ts';
import { isRecordable } from '../../gitops/same-render.ts';
import { type GuardedRemovals, sameRemovals } from '../../operation/guard/removals.ts';
import type { Revision } from '../../operation/status.ts';
import { recordName } from '../../record/entry.ts';
import { sameApartFromProvenance, takesOver } from '../../render/layout/compose.ts';
import type { SourceTree } from '../../render/types.ts';
import type { Rendered, RenderOrder, RenderOutcome } from './contract.ts';
import { guardedRemovals } from './guard.ts';
import { overwrittenWords } from './impostor.ts';
import { lostEdits } from './lost-edits.ts';
import { buildRequestCommit, pushRequestCommit, type RequestHead } from './request-commit.ts';

/**
 * Renders the environment on top of its branch and pushes the commit to the request's branch. The same inputs give the
 * same commit, so that doing it twice changes nothing.
 */
export async function renderEnvironment(dependencies: Dependencies, order: RenderOrder): Promise<RenderOutcome> {
  const gitops = dependencies.repositories.open(order.gitops.repository);
  const branch = requestBranch(order.operation, order.main ?? '', order.gitops.branch);
  const name = recordName(order.gitops.branch);
  const { base, branches, notes: head } = await gitopsHeads(gitops, order.gitops, { branches: [branch], notes: name });
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
  return renderRequest(dependencies, order, { requested: { branch, head: branches.get(branch) }, deployed, basis });
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
  const branch = await loadTree(gitops, base);
  const { place, inputs, composed } = await withMainHead(source, async (head) => {
    const place = { source, environment, head, held: heldAt(gitops, base) };
    const inputs = { ...dependencies, ...place, ...revision, deployed: deployed?.revision.main };
    return { place, inputs, composed: await composeEnvironment({ ...inputs, branch }) };
  });
  const { rendered, changes } = composed;
  const waiting = rendered.waiting.map(({ group, path }) => `${group}/${path}`).slice(0, mostWaiting);
  const ignoredNotes = [...basis.ignoredNotes, ...rendered.warnings.slice(0, mostWarnings)];
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
  const commit = await buildRequestCommit({ source, gitops }, order, { revision, base, changes });
  const overwritten = await lostCommits(dependencies, order, { requested, commit, base });
  const foreign = await pushRequestCommit(gitops, requested, { commit, base });
  if (foreign) return foreign;
  return {
    ...basis,
    ignoredNotes,
    kind: 'changed',
    commit,
    branch: requested.branch,
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
