import pLimit from 'p-limit';
import { Failure } from '../../failure.ts';
import { type Sources, shortRevision } from '../source/sources.ts';
import type { LeafOutput, Renderer } from '../types.ts';
import type { LeafCache } from './cache.ts';
import { namespaceFrom } from './namespace.ts';
import type { LeafPlan } from './plan.ts';
import { createRequestMaker } from './request.ts';

export interface RenderedLeaf {
  readonly plan: LeafPlan;
  readonly output: LeafOutput;
}

/** Requests made ready for the pool at a time: enough to keep every process busy, few enough to bound memory. */
const READY_REQUESTS = 16;
/** A message with more than this many leaves helps nobody. */
const MOST_ERRORS = 10;

/**
 * Renders all leaves, parents before the charts that need their Namespace. Throws one `Failure` RenderFailed
 * with the errors of up to ten leaves, each with group, leaf, commits and the tool's message; any other failure
 * (of the pool itself) as it is.
 */
export async function renderLeaves(
  sources: Sources,
  plans: readonly LeafPlan[],
  renderer: Renderer,
  cache: LeafCache | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly RenderedLeaf[]> {
  const versions = await renderer.versions();
  const maker = createRequestMaker(sources);
  const limit = pLimit(READY_REQUESTS);
  let stopped = false;
  const errors: string[] = [];
  const made = new Map<string, LeafOutput>();
  const shared = new Map<string, Promise<LeafOutput>>();
  const started = new Map<string, Promise<LeafOutput | undefined>>();

  const fresh = async (plan: LeafPlan, namespace: string | undefined, key: string) => {
    const known = await cache?.get(key);
    if (known) return known;
    const output = await renderer.render(maker.request(plan, namespace), signal ? { signal } : {});
    made.set(key, output);
    return output;
  };
  const one = (plan: LeafPlan, namespace: string | undefined) =>
    limit(async () => {
      if (stopped) return undefined;
      signal?.throwIfAborted();
      const key = maker.key(plan, namespace, versions);
      // Groups that take a base as it is have it in common.
      const output = shared.get(key) ?? fresh(plan, namespace, key);
      shared.set(key, output);
      return output;
    });
  const withNamespace = async (plan: LeafPlan) => {
    if (!plan.chart || plan.chart.namespace !== undefined) return one(plan, undefined);
    const parents = [];
    for (const path of parentPaths(plan)) {
      const parent = started.get(path);
      const output = await parent;
      // Its own error is told; this leaf's would only follow from it.
      if (parent && !output) return undefined;
      if (output) parents.push({ path, output });
    }
    const found = namespaceFrom(parents);
    if ('problem' in found) throw new Failure('RenderFailed', found.problem);
    return one(plan, found.namespace);
  };
  const guarded = async (plan: LeafPlan) => {
    try {
      return await withNamespace(plan);
    } catch (error) {
      if (!(error instanceof Failure) || error.type !== 'RenderFailed') {
        stopped = true;
        throw error;
      }
      errors.push(leafError(sources, plan, error.message));
      if (errors.length >= MOST_ERRORS) stopped = true;
      return undefined;
    }
  };
  // Sorted by path, a parent has started before its children ask for it.
  for (const plan of plans) started.set(plan.assignment.path, guarded(plan));
  const outputs = await Promise.all(started.values());
  // Also when others failed: the next attempt is the faster for it. Nobody waits for the disk.
  if (cache) for (const [key, output] of made) cache.set(key, output);
  if (errors.length > 0) throw new Failure('RenderFailed', severalErrors(errors, stopped));
  return plans.flatMap((plan, index) => {
    const output = outputs[index];
    return output ? [{ plan, output }] : [];
  });
}

/** One leaf's error with the place it is about. */
export function leafError(sources: Sources, { assignment }: Pick<LeafPlan, 'assignment'>, message: string): string {
  const commits = `main ${shortRevision(sources.main.revision)}, config ${shortRevision(sources.config.revision)}`;
  return `group ${assignment.group}, leaf ${assignment.base.path} (${commits}): ${message}`;
}

/** All errors in one message, in a fixed order. */
export function severalErrors(errors: readonly string[], more: boolean): string {
  const shown = [...errors].sort().slice(0, MOST_ERRORS);
  const rest = more || errors.length > shown.length ? ['There are more; mend these first.'] : [];
  return [...shown, ...rest].join('\n');
}

/** Leaves of the same group whose base may lie above, closest first. */
function parentPaths({ assignment }: LeafPlan): readonly string[] {
  const names = assignment.base.path.split('/');
  return names.slice(2).map((_, index) => `${assignment.group}/${names.slice(0, names.length - 1 - index).join('/')}`);
}
