import type { Dependencies } from '../dependencies.ts';
import type { Fleet } from '../fleet/types.ts';
import type { ObjectReader } from '../fleet/verify/types.ts';

/** The parts of one attempt of a step, which end what they are doing when the attempt is cancelled. */
export interface EndingDependencies extends Dependencies {
  /** The same parts for what must be seen to its end once it has begun. */
  readonly toTheEnd: Dependencies;
}

/**
 * Binds the parts to an attempt's signal: git, the forge, clusters and renders end when it is aborted, and throw its
 * reason. A step that nobody waits for gives its slot back by that, and need not know of it. `givesWay`: git lets go first
 * whatever else the machine does.
 */
export function endingWith(
  dependencies: Dependencies,
  signal: AbortSignal,
  { givesWay = false }: { readonly givesWay?: boolean } = {},
): EndingDependencies {
  const { repositories, forges, renderer, planner, describeChanges, fleet, objects, judge, httpChecks } = dependencies;
  return {
    ...dependencies,
    toTheEnd: dependencies,
    repositories: { open: (url) => repositories.open(url, signal, { givesWay }) },
    forges: {
      for: (url) => forges.for(url, signal),
      commitUrl: (url, sha) => forges.commitUrl(url, sha),
      reportsFor: (url) => forges.reportsFor?.(url, signal),
    },
    fleet: endingFleet(fleet, signal),
    objects: endingReader(objects, signal),
    judge: judge && ((kind, question, judgedFor) => judge(kind, question, { ...judgedFor, signal })),
    httpChecks: { isAllowed: (url) => httpChecks.isAllowed(url), ask: (url) => httpChecks.ask(url, signal) },
    planner: planner && { plan: (inputs, read) => planner.plan(inputs, read, { signal }) },
    describeChanges: describeChanges && ((changed, options) => describeChanges(changed, { ...options, signal })),
    renderer: {
      render: (request, options) => renderer.render(request, { ...options, signal }),
      versions: () => renderer.versions(),
      close: () => renderer.close(),
    },
  };
}

function endingFleet(fleet: Fleet, signal: AbortSignal): Fleet {
  return {
    observe: (cluster, source, options) => fleet.observe(cluster, source, { ...options, signal }),
    requestReconciliation: (cluster, source, request) =>
      fleet.requestReconciliation(cluster, source, { ...request, signal }),
  };
}

function endingReader(objects: ObjectReader, signal: AbortSignal): ObjectReader {
  return {
    observeObjects: (cluster, query, options) => objects.observeObjects(cluster, query, { ...options, signal }),
    observeApplied: (cluster, query, options) => objects.observeApplied(cluster, query, { ...options, signal }),
  };
}
