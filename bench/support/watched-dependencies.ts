import type { Dependencies } from '../../src/dependencies.ts';
import type { Fleet } from '../../src/fleet/types.ts';
import { createStopwatch, type Stopwatch, timed } from './stopwatch.ts';

export interface Watched {
  readonly dependencies: Dependencies;
  /** The time of render, forge and Flux: what an environment costs whoever orchestrates it. */
  readonly elsewhere: Stopwatch;
  /** The part of `elsewhere` that renderer and Flux take. */
  readonly renderAndFlux: Stopwatch;
  /** The part of `elsewhere` that git's conversations with the forge's host take. */
  readonly remoteGit: Stopwatch;
}

/**
 * Answers the same dependencies, and takes the time that is not orchestration. Those of git's methods that connect to the
 * forge's host belong to the forge; reading and writing in the mirror is orchestration.
 */
export function watchDependencies(dependencies: Dependencies, fleet: Fleet): Watched {
  const [elsewhere, renderAndFlux, remoteGit] = [createStopwatch(), createStopwatch(), createStopwatch()];
  const { repositories, forges, renderer } = dependencies;
  const connecting = [
    'branchHead',
    'branchHeads',
    'heads',
    'notes',
    'resolveCommit',
    'ensureCommit',
    'push',
    'deleteBranch',
    'appendNotes',
  ] as const;
  return {
    elsewhere,
    renderAndFlux,
    remoteGit,
    dependencies: {
      ...dependencies,
      repositories: {
        open: (url, signal, options) =>
          timed(repositories.open(url, signal, options), [elsewhere, remoteGit], connecting),
      },
      forges: { ...forges, for: (url) => timed(forges.for(url), [elsewhere]) },
      renderer: timed(renderer, [elsewhere, renderAndFlux]),
      fleet: timed(fleet, [elsewhere, renderAndFlux]),
    },
  };
}
