import type { RenderOutcome } from '../../activities/render/contract.ts';
import { shortSha } from '../../short-names.ts';
import { inQueue, step } from '../temporal/step.ts';
import type { Changed } from './open-request.ts';
import { type Attempt, configMayGoBack } from './order.ts';
import { type Attention, attention, foreignPush, type Outcome, type RenderAgain, renderAgain } from './results.ts';
import type { Unchanged } from './settle-unchanged.ts';
import { readPolicy } from './take-turn.ts';
import { withdraw } from './withdraw.ts';

/** The result of a render that proposes nothing. */
type NotRendered = Attention | (Outcome & { readonly kind: 'superseded' | 'nothing promoted yet' });

/** Renders what is ordered on top of the environment's branch. */
export async function render(attempt: Attempt): Promise<Changed | Unchanged | RenderAgain | NotRendered> {
  const moved = branchMoved(attempt);
  if (moved) return moved;
  const rendered = await renderStep(attempt);
  if (attempt.run.control.isStale) return renderAgain;
  if (rendered.kind !== 'changed' && rendered.kind !== 'unchanged') return withoutManifests(attempt, rendered);
  return rendered;
}

/** Answers what to do where the environment has another GitOps branch meanwhile: the run is in the old one's lane. */
function branchMoved({ run, policy: { gitops } }: Attempt): Attention | undefined {
  const before = run.lane?.gitops;
  if (!before || (before.repository === gitops.repository && before.branch === gitops.branch)) return undefined;
  return attention(
    `${run.name} went from branch ${before.branch} of ${before.repository} to ${gitops.branch} of ${gitops.repository} ` +
      'meanwhile. Abort this, and start it again.',
  );
}

async function renderStep(attempt: Attempt): Promise<RenderOutcome> {
  const { run, order, policy } = attempt;
  const { pendingRevision } = run;
  const main = order.main ?? pendingRevision?.main;
  run.enter('rendering', `rendering ${main ? `main ${shortSha(main)}` : 'what is deployed'} for ${run.name}`, {
    fleet: undefined,
  });
  const rendered = await step(
    'renderEnvironment',
    `${run.name}: render ${main ? shortSha(main) : 'what is deployed'}`,
    inQueue(run, 'renders'),
  )({
    source: run.origin.source,
    environment: run.name,
    gitops: policy.gitops,
    config: order.config ?? policy.config,
    operation: order.operation,
    main,
    over: order.main === undefined ? pendingRevision?.over : undefined,
    configMayGoBack: configMayGoBack(order),
    pushed: run.proposed?.commit,
    deployedAs: run.status.deployedAs,
    policy: policy.config,
  });
  if (rendered.kind === 'changed' || rendered.kind === 'unchanged') showRendered(attempt, rendered);
  return rendered;
}

/** Shows what was rendered. After our own merge, the status keeps what was deployed before it. */
function showRendered({ run, order }: Attempt, rendered: Changed | Unchanged): void {
  const { deployed, revision, waiting, ignoredNotes } = rendered;
  // Later renders of the same request overwrite nothing more, and it must be told all the same.
  const overwritten = (rendered.kind === 'changed' ? rendered.overwritten : undefined) ?? run.status.overwritten;
  const isBefore = order.operation === 'promotion' && deployed !== undefined && deployed.main !== revision.main;
  const previous = isBefore ? deployed : run.status.previous;
  run.update({ ...revision, waitingFor: waiting, ignoredNotes, overwritten, previous });
}

type WithoutManifests = Exclude<RenderOutcome, { kind: 'changed' | 'unchanged' }>;

async function withoutManifests(attempt: Attempt, rendered: WithoutManifests): Promise<RenderAgain | NotRendered> {
  const { run, order } = attempt;
  switch (rendered.kind) {
    case 'superseded': {
      const message = `the newer main commit ${shortSha(rendered.by)} is deployed in ${run.name} already`;
      await withdraw(run, `Superseded: ${message}.`);
      return { kind: 'superseded', message };
    }
    case 'nothing promoted yet':
      return {
        kind: 'nothing promoted yet',
        message: `no main commit is deployed in ${run.name}: these values take effect with the first promotion`,
      };
    case 'config overtaken':
      return afterOvertakenConfig(attempt, rendered.deployed);
    case 'unrelated':
      return attention(
        `main ${shortSha(rendered.deployed)}, which is deployed in ${run.name}, is neither older nor newer than ` +
          `${shortSha(order.main ?? run.status.main)}: main was rewritten. Abort this promotion, or put the branch right and retry.`,
      );
    case 'foreign push':
      return foreignPush(rendered.branch, rendered.by);
  }
}

/** Says what a newer deployed config commit means: the config branch has moved since it was read, or was taken back. */
async function afterOvertakenConfig(
  { run, order, policy }: Attempt,
  deployed: string,
): Promise<RenderAgain | Attention> {
  const { config } = await readPolicy(run, order);
  if (config !== policy.config) return renderAgain;
  return attention(
    `${run.name} was rendered with config ${shortSha(deployed)}, but the head of its config branch is the older ` +
      `${shortSha(config)}: put the branch right and retry, or abort.`,
  );
}
