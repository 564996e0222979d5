import { ApplicationFailure } from '@temporalio/common';
import type { RenderOrder, RenderOutcome } from '../../../src/activities/render/contract.ts';
import { type FakeEnvironment, type Surroundings, sha } from './fake-environment.ts';

/** Renders from memory: a commit id stands for what would be in it. */
export async function render(world: Surroundings, order: RenderOrder): Promise<RenderOutcome> {
  const environment = world.at(order.environment);
  const { nextRender } = environment;
  const main = order.main ?? environment.deployed?.main;
  if (main === undefined) return { kind: 'nothing promoted yet' };
  environment.renders.push({ ...order, main });
  environment.nextRender = undefined;
  if (nextRender instanceof Error) throw ApplicationFailure.nonRetryable(nextRender.message, 'RenderFailed');
  const known = { ...order, main };
  return nextRender ?? refusal(world, environment, known) ?? renderFromMemory(environment, known);
}

type KnownOrder = RenderOrder & { readonly main: string };

function refusal(
  world: Surroundings,
  { deployed, configs }: FakeEnvironment,
  { operation, main, config, configMayGoBack }: KnownOrder,
): RenderOutcome | undefined {
  if (!deployed) return undefined;
  const relation = world.relation(main, deployed.main);
  if (operation === 'promotion' && relation === 'older') return { kind: 'superseded', by: deployed.main };
  if (operation === 'promotion' && relation === 'unrelated') return { kind: 'unrelated', deployed: deployed.main };
  const isOvertaken = configs.indexOf(config) < configs.indexOf(deployed.config) && !configMayGoBack;
  return isOvertaken ? { kind: 'config overtaken', deployed: deployed.config } : undefined;
}

function renderFromMemory(environment: FakeEnvironment, order: KnownOrder) {
  const { deployed, head: base, takesOver, alike, removals } = environment;
  const { operation, main, config, environment: name } = order;
  const revision = { main, config };
  const found = { revision, base, ...(deployed && { deployed }), waiting: [], ignoredNotes: [] };
  const isSame = (one: string, other: string) => one === other || alike.has(one);
  if (deployed && isSame(main, deployed.main) && isSame(config, deployed.config))
    return { ...found, kind: 'unchanged', deployed } as const;
  const commit = sha(`${main} ${config} ${base}`);
  const branches = { promotion: `deploy/${main}`, rollback: `rollback/${main}`, 'config change': 'configure' };
  const branch = `${branches[operation]}/${name}`;
  return { ...found, kind: 'changed', commit, branch, takesOver, lostEdits: [], removals } as const;
}
