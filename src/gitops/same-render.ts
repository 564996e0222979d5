import type { Dependencies } from '../dependencies.ts';
import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import type { Revision } from '../operation/status.ts';
import { isAtOrBehind } from './ancestry.ts';
import { renderPair } from './compose-environment.ts';

export type RenderDependencies = Pick<Dependencies, 'renderer' | 'leafCache'>;

export interface RenderPlace {
  readonly source: GitRepository;
  readonly environment: string;
  /** Main's head, where it was asked for already. */
  readonly head?: string;
}

/**
 * Tells which pairs render to the very files of the one that the branch was rendered from. Both are rendered, so that
 * what people edited by hand on the branch does not matter; a pair that does not render is like none.
 */
export function likePair(
  { renderer, leafCache }: RenderDependencies,
  place: RenderPlace,
  pair: Revision,
): (other: Revision) => Promise<boolean> {
  const files = async (revision: Revision): Promise<ReadonlyMap<string, string> | undefined> => {
    try {
      const deployed = pair.main;
      return (await renderPair({ ...place, ...revision, deployed, renderer, leafCache })).files;
    } catch (error) {
      if (error instanceof Failure && !error.retryable) return undefined;
      throw error;
    }
  };
  let own: ReturnType<typeof files> | undefined;
  return async (other) => {
    if (sameRevision(pair, other)) return true;
    own ??= files(pair);
    const [one, another] = [await own, await files(other)];
    return one !== undefined && another !== undefined && sameFiles(one, another);
  };
}

/**
 * Whether a record can say that this pair is deployed where the branch was rendered from that one: it goes back in
 * neither commit and renders the same. Any other pair needs a request, be it for the provenance alone.
 */
export async function recordable(
  dependencies: RenderDependencies,
  place: RenderPlace,
  { rendered, pair }: { readonly rendered: Revision; readonly pair: Revision },
): Promise<boolean> {
  if (!(await isAtOrBehind(place.source, rendered.main, pair.main))) return false;
  if (!(await isAtOrBehind(place.source, rendered.config, pair.config))) return false;
  return likePair(dependencies, place, rendered)(pair);
}

export function sameRevision(one: Revision, other: Revision): boolean {
  return one.main === other.main && one.config === other.config;
}

function sameFiles(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([path, text]) => other.get(path) === text);
}
