import type { RenderOutcome } from '../activities/contract.ts';
import { short } from '../promotion/decisions.ts';
import { step } from './activities.ts';
import type { Cargo, EnvironmentRun } from './environment-run.ts';
import { awaitMerge } from './merge.ts';
import { type Changed, propose, withdraw } from './request.ts';
import { type Attention, attention, type Deployed, foreignPush, type Outcome } from './results.ts';

/** Renders, opens the request and sees it merged; a request that went stale is rendered again. */
export async function transform(run: EnvironmentRun, cargo: Cargo): Promise<Deployed | Attention | Outcome> {
  for (;;) {
    const { policy, rendered } = await render(run, cargo);
    if (rendered.kind === 'unchanged') {
      await withdraw(run, 'Nothing is left to change: the branch holds these manifests already.');
      return { kind: 'deployed', commit: rendered.head, policy };
    }
    if (rendered.kind !== 'changed') return withoutRequest(run, cargo, rendered);
    await propose(run, cargo, policy, rendered);
    const merged = await awaitMerge(run, cargo, policy, rendered);
    if (merged.kind === 'stale') continue;
    return merged.kind === 'merged' ? { kind: 'deployed', commit: merged.commit, policy } : merged;
  }
}

async function render(run: EnvironmentRun, cargo: Cargo) {
  const { source, name: environment } = run;
  run.enter('rendering', `rendering main ${short(cargo.main)} for ${environment}`, { fleet: undefined });
  const ref = { source, environment, commit: run.promotedMain };
  const policy = await step('readEnvironment', `${environment}: read its policy`)(ref);
  run.update({ config: policy.config, gitops: policy.gitops });
  const rendered = await step(
    'renderEnvironment',
    `${environment}: render ${short(cargo.main)}`,
  )({
    source,
    environment,
    gitops: policy.gitops,
    main: cargo.main,
    config: policy.config,
    errand: cargo.errand,
  });
  if (rendered.kind === 'changed' || rendered.kind === 'unchanged') remember(run, rendered);
  return { policy, rendered };
}

/** What was deployed before us is where a rollback goes; rendered again after our own merge, it must not become ourselves. */
function remember(run: EnvironmentRun, { deployed, waiting }: Pick<Changed, 'deployed' | 'waiting'>): void {
  const isBefore = run.status.errand === 'promote' && deployed !== undefined && deployed.main !== run.promotedMain;
  run.update({ waitingFor: waiting, ...(isBefore && { previous: deployed }) });
}

async function withoutRequest(
  run: EnvironmentRun,
  cargo: Cargo,
  rendered: Exclude<RenderOutcome, { kind: 'changed' | 'unchanged' }>,
): Promise<Attention | Outcome> {
  switch (rendered.kind) {
    case 'superseded':
      await withdraw(run, `Superseded: the newer main commit ${rendered.by} is deployed in ${run.name} already.`);
      return {
        kind: 'superseded',
        message: `the newer main commit ${short(rendered.by)} is deployed in ${run.name} already`,
      };
    case 'unrelated':
      return attention(
        `main ${short(rendered.deployed)}, which is deployed in ${run.name}, is neither older nor newer than ` +
          `${short(cargo.main)}: main was rewritten. Abort this promotion, or put the branch right and retry.`,
      );
    case 'foreign push':
      return attention(foreignPush(rendered.branch, rendered.by));
  }
}
