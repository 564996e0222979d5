import type { Dependencies } from '../dependencies.ts';
import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import type { Revision } from '../operation/status.ts';
import type { HeldFiles } from '../render/platform.ts';
import { isAtOrBehind } from './ancestry.ts';
import { renderPair } from './compose-environment.ts';

/** The parts that a render needs. */
export type RenderDependencies = Pick<Dependencies, 'renderer' | 'leafCache' | 'planner'>;

/** The environment that is rendered, and its source repository. */
export interface RenderPlace {
  readonly source: GitRepository;
  readonly environment: string;
  /** The head of main; default: the remote is asked for it. */
  readonly head?: string;
  /** What the GitOps branch holds where both are rendered on, so that they keep the same. */
  readonly held: HeldFiles;
}

/**
 * Makes a test that tells whether another pair renders to the very files of this one. Both are rendered, so that what
 * people edited by hand on the branch does not matter; a pair that does not render is like no other.
 */
export function rendersLike(
  { renderer, leafCache, planner }: RenderDependencies,
  place: RenderPlace,
  pair: Revision,
): (other: Revision) => Promise<boolean> {
  const renderFiles = async (revision: Revision): Promise<ReadonlyMap<string, string> | undefined> => {
    try {
      const deployed = pair.main;
      return (await renderPair({ ...place, ...revision, deployed, renderer, leafCache, planner })).files;
    } catch (error) {
      if (error instanceof Failure && !error.retryable) return undefined;
      throw error;
    }
  };
  let own: ReturnType<typeof renderFiles> | undefined;
  return async (other) => {
    if (sameRevision(pair, other)) return true;
    own ??= renderFiles(pair);
    const [one, another] = [await own, await renderFiles(other)];
    return one !== undefined && another !== undefined && haveSameFiles(one, another);
  };
}

/**
 * Tells whether the record can say that `pair` is deployed where the branch was `rendered` from another one: it goes
 * back in neither commit and renders the same. Any other pair needs a request, be it for the provenance alone.
 */
export async function isRecordable(
  dependencies: RenderDependencies,
  place: RenderPlace,
  { rendered, pair }: { readonly rendered: Revision; readonly pair: Revision },
): Promise<boolean> {
  if (!(await isAtOrBehind(place.source, rendered.main, pair.main))) return false;
  if (!(await isAtOrBehind(place.source, rendered.config, pair.config))) return false;
  return rendersLike(dependencies, place, rendered)(pair);
}

/** Tells whether two pairs name the same two commits. */
export function sameRevision(one: Revision, other: Revision): boolean {
  return one.main === other.main && one.config === other.config;
}

function haveSameFiles(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([path, text]) => other.get(path) === text);
}
