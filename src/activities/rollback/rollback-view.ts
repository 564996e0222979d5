import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { composeEnvironment } from '../../gitops/compose-environment.ts';
import type { EnvironmentPlace } from '../../gitops/deployed.ts';
import { deployedNow, type EnvironmentNow, wasDeployed } from '../../gitops/deployed-now.ts';
import { heldAt } from '../../gitops/held-at.ts';
import { loadBranch } from '../../gitops/load-tree.ts';
import { mainHead } from '../../gitops/platform-file.ts';
import type { RollbackInput } from '../../operation/messages.ts';
import type { Revision } from '../../operation/status.ts';
import { type DeploymentEntry, healthyPairs } from '../../record/queries.ts';
import { sameApartFromProvenance } from '../../render/layout/compose.ts';
import type { SourceTree } from '../../render/types.ts';
import { shortSha } from '../../short-names.ts';
import { readEnvironment } from '../source/read-environment.ts';

/** The facts that a rollback is planned on. */
export interface RollbackView {
  readonly dependencies: Dependencies;
  readonly input: RollbackInput;
  readonly where: EnvironmentPlace;
  readonly source: GitRepository;
  /** The head of main. */
  readonly main: string;
  /** The head of the config branch. */
  readonly config: string;
  readonly now: EnvironmentNow;
  readonly deployed: Revision;
  /** The files of the environment's branch. */
  readonly branch: SourceTree;
}

/**
 * Reads what a rollback is planned on. Throws `Failure` `Refused` where nothing is deployed, and what is wrong with the
 * environment.
 */
export async function viewRollback(dependencies: Dependencies, input: RollbackInput): Promise<RollbackView> {
  const { environment } = input;
  const { gitops, config } = await readEnvironment(dependencies, input);
  const source = dependencies.repositories.open(input.source);
  const where = { source: input.source, environment, gitops };
  const main = await mainHead(source);
  const now = await deployedNow(dependencies, where);
  if (!now.deployed)
    throw new Failure(
      'Refused',
      `Nothing is deployed in ${environment} (branch ${gitops.branch} of ${now.gitops.url}): there is nothing to take back.`,
    );
  const branch = await loadBranch(now.gitops, now.head);
  return { dependencies, input, where, source, main, config, now, deployed: now.deployed.revision, branch };
}

/**
 * Tells whether an entry is true: its main commit is on main, and was deployed at a commit that is on the environment's
 * branch. `withConfig`: its config commit is on the config branch, too, so that its reviewers have seen it.
 */
export async function isEvidence(
  view: RollbackView,
  entry: DeploymentEntry,
  { withConfig }: { readonly withConfig: boolean },
): Promise<boolean> {
  const { source, main, config, dependencies, where, now } = view;
  if (!(await isAtOrBehind(source, entry.main, main))) return false;
  if (withConfig && !(await isAtOrBehind(source, entry.config, config))) return false;
  if (!(await isAtOrBehind(now.gitops, entry.commit, now.head))) return false;
  return (await wasDeployed(dependencies, where, { now, entry })) === true;
}

/** Tells whether a pair renders to other manifests than the branch has. Throws what rendering throws. */
export async function changesAnything(view: RollbackView, pair: Revision): Promise<boolean> {
  const { dependencies, input, source, main: head, deployed, branch } = view;
  const { renderer, leafCache, planner } = dependencies;
  const { changes } = await composeEnvironment({
    source,
    environment: input.environment,
    ...pair,
    head,
    deployed: deployed.main,
    branch,
    held: heldAt(view.now.gitops, view.now.head),
    renderer,
    leafCache,
    planner,
  });
  return !sameApartFromProvenance(changes);
}

/** So many pairs of the record are compared with git, the newest ones: whoever may push notes may name any number. */
const mostLooked = 1_000;

/** Lists the latest pairs that were recorded healthy, newest first; `main`: those with this main commit alone. */
export function latestHealthy({ now }: RollbackView, main?: string): readonly DeploymentEntry[] {
  const isWanted = (entry: DeploymentEntry) => main === undefined || entry.main === main;
  return healthyPairs(now.entries).filter(isWanted).slice(0, mostLooked);
}

/** Finds the first of these entries that is true, its config included; undefined where none is. */
export async function recordedPair(
  view: RollbackView,
  entries: readonly DeploymentEntry[],
): Promise<DeploymentEntry | undefined> {
  for (const entry of entries.slice(0, 2 * mostLooked))
    if (await isEvidence(view, entry, { withConfig: true })) return entry;
  return undefined;
}

/** Tells people of the recorded config where a main commit does not render with today's; empty where none is known. */
export function recordedHint(entry: DeploymentEntry | undefined): string {
  if (!entry) return '';
  return ` \`--config recorded\` takes config ${shortSha(entry.config)}, with which it was healthy on ${entry.time.slice(0, 10)}.`;
}
