import { cut } from '../../cut.ts';
import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { sameRevision } from '../../gitops/same-render.ts';
import type { Revision } from '../../operation/status.ts';
import { deployments } from '../../record/queries.ts';
import { shortSha } from '../../short-names.ts';
import type { PlanOrder, RollbackActivities } from './contract.ts';
import { latestTarget } from './rollback-target.ts';
import {
  changesAnything,
  isEvidence,
  latestHealthy,
  type RollbackView,
  recordedHint,
  recordedPair,
  viewRollback,
} from './rollback-view.ts';

/**
 * Finds where an environment goes back to: the commit that was asked for, or else the latest one recorded healthy here
 * whose render differs from what is deployed. Throws `Failure` `Refused` with what to do instead, `InvalidInput` for a
 * commit that is not on main, and what rendering the target throws.
 */
export async function planRollback(
  dependencies: Dependencies,
  order: PlanOrder,
): ReturnType<RollbackActivities['planRollback']> {
  const { planned, ...input } = order;
  const view = await viewRollback(dependencies, input);
  const { deployed, source } = view;
  if (
    input.of !== undefined &&
    !isDeployedHere(view, input.of) &&
    !(planned && (await wasMergedMeanwhile(view, input.of)))
  )
    return { kind: 'not there', deployed };
  const target = await (planned
    ? confirmTarget(view, planned)
    : input.to === undefined
      ? latestTarget(view)
      : askedTarget(view, input.to));
  if (target === 'there') return { kind: 'already there', deployed };
  const { subject } = await source.commit(target.main);
  const recordedConfig = input.config === 'recorded';
  return { kind: 'go', target, recordedConfig, subject: cut(subject, 200), deployed };
}

/** Checks an earlier plan against what is deployed by now. */
async function confirmTarget(view: RollbackView, planned: Revision): Promise<Revision | 'there'> {
  await checkDirection(view, planned.main);
  const target = view.input.config === 'recorded' ? planned : { main: planned.main, config: view.config };
  const isThere =
    view.input.config === 'recorded' ? sameRevision(target, view.deployed) : target.main === view.deployed.main;
  return isThere ? 'there' : target;
}

/** Tells whether a main commit is deployed, also where the record remembers a later one that changed nothing. */
function isDeployedHere({ deployed, now }: RollbackView, main: string): boolean {
  return main === deployed.main || main === now.deployed?.provenance.revision.main;
}

/**
 * Tells whether the deployed commit contains the one to take back, and was never recorded healthy: it was merged while
 * the rollback waited for its turn, and nobody verifies it any more. One that was recorded healthy, or accepted, may be
 * the fix.
 */
async function wasMergedMeanwhile({ source, deployed, now }: RollbackView, of: string): Promise<boolean> {
  const isSettled = now.entries.some(
    ({ event, main }) => main === deployed.main && (event === 'promoted' || event === 'accepted'),
  );
  return !isSettled && (await isAtOrBehind(source, of, deployed.main));
}

async function askedTarget(view: RollbackView, to: string): Promise<Revision | 'there'> {
  const { input, deployed } = view;
  await checkDirection(view, to);
  if (input.config === 'recorded') return recordedTarget(view, to);
  if (to === deployed.main) return 'there';
  if (!input.force && !(await wasHealthy(view, to))) throw neverHealthy(view, to);
  const target = { main: to, config: view.config };
  try {
    await changesAnything(view, target);
  } catch (error) {
    if (!(error instanceof Failure) || error.retryable) throw error;
    const hint = recordedHint(await recordedPair(view, latestHealthy(view, to)));
    throw new Failure(error.type, `${error.message}${hint}`, { cause: error });
  }
  return target;
}

async function recordedTarget(view: RollbackView, to: string): Promise<Revision | 'there'> {
  const { input, deployed, now } = view;
  const forced = input.force ? deployments(now.entries).filter(({ main }) => main === to) : [];
  const entry = await recordedPair(view, [...latestHealthy(view, to), ...forced]);
  if (!entry) throw input.force ? noRecordedConfig(view, to) : neverHealthy(view, to);
  const target = { main: entry.main, config: entry.config };
  if (sameRevision(target, deployed)) return 'there';
  await changesAnything(view, target);
  return target;
}

/** Throws `Failure` where the target is not on main, or lies ahead of what is deployed. */
async function checkDirection({ source, main, deployed, input }: RollbackView, to: string): Promise<void> {
  if (!(await isAtOrBehind(source, to, main))) {
    const mainBranch = await source.mainBranch();
    throw new Failure(
      'InvalidInput',
      `${to} is not on ${mainBranch} of ${source.url}: an environment goes back to commits of ${mainBranch} only. Check the id.`,
    );
  }
  if (to === deployed.main || !(await isAtOrBehind(source, deployed.main, to))) return;
  throw new Failure(
    'Refused',
    `Main ${shortSha(to)} is newer than ${shortSha(deployed.main)}, which is deployed in ${input.environment}: ` +
      'that is not back but forward. Promote it.',
  );
}

async function wasHealthy(view: RollbackView, main: string): Promise<boolean> {
  for (const entry of latestHealthy(view, main)) if (await isEvidence(view, entry, { withConfig: false })) return true;
  return false;
}

function neverHealthy({ input }: RollbackView, to: string): Failure {
  return new Failure(
    'Refused',
    `Main ${shortSha(to)} was never recorded healthy in ${input.environment}. ` +
      'Name another, or say --force if you are sure of it.',
  );
}

function noRecordedConfig({ input }: RollbackView, to: string): Failure {
  return new Failure(
    'Refused',
    `No config is recorded with main ${shortSha(to)} in ${input.environment}: leave out \`--config recorded\` to take today's.`,
  );
}
