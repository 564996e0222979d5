import type { ProcessPoolOptions } from '../../../src/processes/pool.ts';
import {
  createPlannerPool,
  openPlanningProcesses,
  type PlannerOptions,
  type PlannerPool,
} from '../../../src/render/planner-pool/planner-pool.ts';

/** Opens a planner with processes of its own: one, where nothing else is said. */
export function openPlanner(
  options: PlannerOptions & ProcessPoolOptions = {},
): PlannerPool & { readonly close: () => Promise<void> } {
  const processes = openPlanningProcesses({ processes: 1, ...options });
  return { ...createPlannerPool(processes, options), close: () => processes.close() };
}
