import type { CarryOutcome, EnvironmentSnapshot, RenderOutcome } from '../../activities/contract.ts';
import type { Revision } from '../../operation/status.ts';
import { shortSha } from '../../short-sha.ts';
import { step } from '../temporal/step.ts';
import { answerOf } from '../temporal/waiting.ts';
import { awaitMerge } from './await-merge.ts';
import type { DeploymentOrder, EnvironmentRun } from './environment-run.ts';
import { recordDeployed } from './recording.ts';
import { type Changed, clear, configMayGoBack, propose, withdraw } from './request.ts';
import { type Attention, attention, type Deployed, foreignPush, type Outcome } from './results.ts';

type Unchanged = Extract<RenderOutcome, { kind: 'unchanged' }>;
type Transformed = Deployed | Attention | Outcome;

/** Renders, opens the request and sees it merged; a request that went stale is rendered again. */
export async function transform(
  run: EnvironmentRun,
  order: DeploymentOrder,
  policy: EnvironmentSnapshot,
): Promise<Transformed> {
  for (let present = policy, overtaken: string | undefined; ; present = await readPolicy(run, order)) {
    const moved = hasMoved(run, present);
    if (moved) return moved;
    const rendered = await render(run, order, present);
    if (run.stale) continue;
    if (rendered.kind === 'config overtaken') {
      if (overtaken === present.config) return configWentBack(run, rendered.deployed, present);
      overtaken = present.config;
      continue;
    }
    const result = await deliver(run, order, present, rendered);
    if (result.kind !== 'stale') return result;
  }
}

/** The environment's policy at the head of its config branch; of a recorded pair, its config commit counts. */
export async function readPolicy(run: EnvironmentRun, order: DeploymentOrder): Promise<EnvironmentSnapshot> {
  const { source, platformCommit: commit } = run.origin;
  const ref = { source, environment: run.name, ...(commit !== undefined && { commit }) };
  // What makes it stale from here on may be missing in what is read.
  run.stale = false;
  const policy = await step('readEnvironment', `${run.name}: read its policy`)(ref);
  run.update({ config: order.config ?? policy.config, gitops: policy.gitops });
  return policy;
}

/** The lane is the old branch's. */
function hasMoved(run: EnvironmentRun, { gitops }: EnvironmentSnapshot): Attention | undefined {
  const before = run.lane?.gitops;
  if (!before || (before.repository === gitops.repository && before.branch === gitops.branch)) return undefined;
  return attention(
    `${run.name} went from branch ${before.branch} of ${before.repository} to ${gitops.branch} of ${gitops.repository} ` +
      'meanwhile. Abort this, and start it again.',
  );
}

async function render(
  run: EnvironmentRun,
  order: DeploymentOrder,
  policy: EnvironmentSnapshot,
): Promise<RenderOutcome> {
  const { pendingRevision } = run;
  const main = order.main ?? pendingRevision?.main;
  run.enter('rendering', `rendering ${main ? `main ${shortSha(main)}` : 'what is deployed'} for ${run.name}`, {
    fleet: undefined,
  });
  const rendered = await step(
    'renderEnvironment',
    `${run.name}: render ${main ? shortSha(main) : 'what is deployed'}`,
  )({
    source: run.origin.source,
    environment: run.name,
    gitops: policy.gitops,
    config: order.config ?? policy.config,
    operation: order.operation,
    ...(main !== undefined && { main }),
    ...(order.main === undefined && pendingRevision && { over: pendingRevision.over }),
    ...configMayGoBack(order),
  });
  if (rendered.kind === 'changed' || rendered.kind === 'unchanged') remember(run, order, rendered);
  return rendered;
}

/** Rendered again after our own merge, what was deployed before us must not become ourselves. */
function remember(
  run: EnvironmentRun,
  { operation }: DeploymentOrder,
  { deployed, revision, waiting, ignoredNotes }: Changed | Unchanged,
): void {
  const isBefore = operation === 'promotion' && deployed !== undefined && deployed.main !== revision.main;
  run.update({ ...revision, waitingFor: waiting, ignoredNotes, ...(isBefore && { previous: deployed }) });
}

async function deliver(
  run: EnvironmentRun,
  order: DeploymentOrder,
  policy: EnvironmentSnapshot,
  rendered: Exclude<RenderOutcome, { kind: 'config overtaken' }>,
): Promise<Transformed | { readonly kind: 'stale' }> {
  if (rendered.kind === 'unchanged') return unchanged(run, order, policy, rendered);
  if (rendered.kind !== 'changed') return withoutRequest(run, order, rendered);
  const inTheWay = ended(run) ?? (await clear(run, order, policy, rendered.branch)) ?? ended(run);
  if (inTheWay) return inTheWay;
  if (!(await propose(run, order, policy, rendered))) return { kind: 'stale' };
  // Merged before, and proposed again, it may give way again.
  if (order.operation !== 'config change') await run.lane?.say({ phase: 'unmerged' });
  const merged = await awaitMerge(run, order, policy, rendered);
  if (merged.kind !== 'merged') return merged;
  await recordDeployed(run, order, merged.commit);
  return merged.overtaken
    ? { kind: 'stale' }
    : { kind: 'deployed', commit: merged.commit, config: rendered.revision.config, policy };
}

/** Nothing more of it is to be proposed. */
function ended({ ending }: EnvironmentRun): Outcome | undefined {
  if (ending === undefined) return undefined;
  return { kind: 'aborted', message: `Fairlead: ${ending}`, by: 'Fairlead', reason: ending };
}

/** Remembered by a record instead of a request, once no open request would forget it again. */
async function unchanged(
  run: EnvironmentRun,
  order: DeploymentOrder,
  policy: EnvironmentSnapshot,
  { base, revision, deployed }: Unchanged,
): Promise<Transformed | { readonly kind: 'stale' }> {
  await withdraw(run, 'Nothing is left to change: the branch holds these manifests already.');
  const inTheWay = await clear(run, order, policy, '');
  if (inTheWay) return inTheWay;
  const merged = run.status.mergeCommit !== undefined;
  if (order.operation === 'rollback' && !merged)
    return {
      kind: 'unchanged',
      message: `main ${shortSha(revision.main)} gives the very manifests that are there already`,
    };
  const isNews = !same(revision, deployed);
  if (isNews) {
    const carried = await settle(run, policy, { revision, deployed, base });
    if (carried.kind === 'stale') return carried;
  }
  await recordDeployed(run, order, base, isNews);
  if (order.operation === 'config change' && !merged)
    return {
      kind: 'unchanged',
      message: `main ${shortSha(revision.main)} is the same with config ${shortSha(revision.config)}`,
    };
  return { kind: 'deployed', commit: base, config: revision.config, policy };
}

/** Says what it waits for; a newer config commit is not kept waiting. */
async function settle(
  run: EnvironmentRun,
  { gitops }: EnvironmentSnapshot,
  { revision, deployed: over, base }: Pick<Unchanged, 'revision' | 'deployed' | 'base'>,
): Promise<Exclude<CarryOutcome, { kind: 'waiting' }>> {
  const order = { source: run.origin.source, environment: run.name, gitops, revision, over, base };
  const name = `${run.name}: open requests carry main ${shortSha(revision.main)}, too`;
  for (let waitingFor = ''; !run.stale; ) {
    const outcome = await answerOf(run, () => step('awaitCarried', name)({ ...order, waitingFor }));
    if (!outcome) continue;
    if (outcome.kind !== 'waiting') return outcome;
    waitingFor = outcome.reason;
    run.enter('queued', waitingFor);
  }
  return { kind: 'stale' };
}

function same(one: Revision, other: Revision): boolean {
  return one.main === other.main && one.config === other.config;
}

function configWentBack(run: EnvironmentRun, deployed: string, { config }: EnvironmentSnapshot): Attention {
  return attention(
    `${run.name} was rendered with config ${shortSha(deployed)}, but the head of its config branch is the older ` +
      `${shortSha(config)}: put the branch right and retry, or abort.`,
  );
}

async function withoutRequest(
  run: EnvironmentRun,
  order: DeploymentOrder,
  rendered: Exclude<RenderOutcome, { kind: 'changed' | 'unchanged' | 'config overtaken' }>,
): Promise<Attention | Outcome> {
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
    case 'unrelated':
      return attention(
        `main ${shortSha(rendered.deployed)}, which is deployed in ${run.name}, is neither older nor newer than ` +
          `${shortSha(order.main ?? run.status.main)}: main was rewritten. Abort this promotion, or put the branch right and retry.`,
      );
    case 'foreign push':
      return attention(foreignPush(rendered.branch, rendered.by));
  }
}
