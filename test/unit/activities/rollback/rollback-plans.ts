import type { PlanOrder } from '../../../../src/activities/rollback/contract.ts';
import { planRollback } from '../../../../src/activities/rollback/plan-rollback.ts';
import { Failure } from '../../../../src/failure.ts';
import type { Revision } from '../../../../src/operation/status.ts';
import type { RecordEntry } from '../../../../src/record/entry.ts';
import { type EnvironmentWorld, useWorld } from '../environment-world.ts';

export interface Deployment {
  readonly revision: Revision;
  readonly commit: string;
}

export const healthy = { clusters: { total: 2, healthy: 2 } };

/** A world in which rollbacks are planned, new for each test. */
export function usePlans() {
  const world = useWorld();
  const deploy = async (
    operation: 'promotion' | 'config change',
    main?: string,
    isHealthy = true,
  ): Promise<Deployment> => {
    const deployment = await world().deploy(operation, main);
    await noteAll(world(), deployment, { operation, isHealthy });
    return deployment;
  };
  return {
    world,
    /** Merged and recorded, healthy or not. */
    deploy,
    release: (version: string, isHealthy = true) => deploy('promotion', world().release(version), isHealthy),
    note: (entry: Partial<RecordEntry>, commit: string) => world().note({ config: world().config, ...entry }, commit),
    noteHealthy: (deployment: Deployment) => noteAll(world(), deployment, { operation: 'promotion', isHealthy: true }),
    /** `quarrel`: a leaf that holds both words does not render. */
    plan: (more: Partial<PlanOrder> = {}, quarrel?: readonly [string, string]) => plan(world(), more, quarrel),
  };
}

function plan(
  { dependencies, place: { source, environment } }: EnvironmentWorld,
  more: Partial<PlanOrder>,
  quarrel?: readonly [string, string],
) {
  const renderer: typeof dependencies.renderer = {
    ...dependencies.renderer,
    render: async (request) => {
      const text = JSON.stringify(request);
      if (quarrel?.every((word) => text.includes(word)))
        throw new Failure('RenderFailed', 'one/apps/web cannot be rendered: they quarrel.');
      return dependencies.renderer.render(request);
    },
  };
  const input = { source, environment, by: 'ann', reason: 'errors', config: 'today' as const, force: false, ...more };
  return planRollback({ ...dependencies, renderer }, input);
}

async function noteAll(
  world: EnvironmentWorld,
  { revision, commit }: Deployment,
  { operation, isHealthy }: { readonly operation: 'promotion' | 'config change'; readonly isHealthy: boolean },
): Promise<void> {
  await world.note({ ...revision, operation }, commit);
  const event = operation === 'promotion' ? 'promoted' : 'configured';
  if (isHealthy) await world.note({ ...revision, event, operation, ...healthy }, commit);
}

export function mainOf({ revision }: Deployment): string {
  return revision.main;
}
