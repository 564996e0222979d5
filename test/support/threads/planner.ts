import { createPlannerPool, type PlannerOptions, type PlannerPool } from '../../../src/render/thread/pool.ts';
import { createThreadPool, type ThreadOptions } from '../../../src/threads/pool.ts';

/** Opens a planner with threads of its own: one, where nothing else is said. */
export function openPlanner(
  options: PlannerOptions & ThreadOptions = {},
): PlannerPool & { readonly close: () => Promise<void> } {
  const threads = createThreadPool({ threads: 1, ...options });
  return { ...createPlannerPool(threads, options), close: () => threads.close() };
}
