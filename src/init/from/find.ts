import { Failure } from '../../failure.ts';
import { holdsKustomization } from '../../render/source/kustomization.ts';
import { fluxFolders } from './flux-folders.ts';
import { type Overlay, type OverlayRepository, overlayDirectory } from './overlay.ts';
import { matchDirectories, type PatternMatch, parsePattern } from './pattern.ts';

/** What the patterns of `--from` name. */
export interface FoundOverlays {
  /** The names of the environments, sorted. */
  readonly environments: readonly string[];
  /** The paths of all folders that name an environment. */
  readonly overlays: readonly string[];
  /** Lists the overlays of an environment, those that go to all included. */
  overlaysOf(environment: string): readonly Overlay[];
  /** Sentences on what was found. */
  readonly notes: readonly string[];
}

/** What stands beside overlays, and is none. */
const noEnvironments: readonly string[] = ['base', 'bases', 'common', 'components', 'shared'];

/**
 * Finds overlays on main. `wanted`: the environments that are meant; undefined: all but `base` and the like. Throws `Failure` InvalidInput
 * where a pattern finds nothing.
 */
export function findOverlays(
  repository: OverlayRepository,
  texts: readonly string[],
  wanted: readonly string[] | undefined,
): FoundOverlays {
  const patterns = texts.map(parsePattern);
  if (!patterns.some(({ namesEnvironment }) => namesEnvironment))
    throw new Failure(
      'InvalidInput',
      '--from: one pattern must have {environment} where the environments differ, such as apps/*/overlays/{environment}.',
    );
  const isMeant = ({ environment }: PatternMatch) =>
    environment === undefined || (wanted?.includes(environment) ?? !noEnvironments.includes(environment));
  const notes: string[] = [];
  const matches = patterns.flatMap((pattern) => {
    const found = matchDirectories(repository.sources.main.root, pattern)
      .filter(isMeant)
      .flatMap((match) => overlaysAt(repository, match, notes));
    if (found.length > 0) return found;
    throw new Failure(
      'InvalidInput',
      `--from ${JSON.stringify(pattern.text)}: main has no folder with a kustomization or manifests there. Correct the pattern.`,
    );
  });
  const environments = [...new Set(matches.flatMap(({ environment }) => environment ?? []))].sort();
  const missing = wanted?.find((name) => !environments.includes(name));
  if (missing !== undefined)
    throw new Failure(
      'InvalidInput',
      `--environments: no overlay is of ${JSON.stringify(missing)}. There are: ${environments.join(', ')}.`,
    );
  return {
    environments,
    overlays: matches.flatMap(({ at, environment }) => (environment === undefined ? [] : [at])),
    overlaysOf: (name) =>
      matches.flatMap(({ overlays, environment }) =>
        environment === undefined || environment === name ? overlays : [],
      ),
    notes: [...new Set(notes)],
  };
}

/** A folder that a pattern names, and the overlays that it stands for. */
interface FoundFolder {
  readonly at: string;
  readonly environment: string | undefined;
  readonly overlays: readonly Overlay[];
}

/** Answers the overlay that a folder is, or those that the Flux Kustomizations in it apply. */
function overlaysAt(
  repository: OverlayRepository,
  { path, environment }: PatternMatch,
  notes: string[],
): readonly FoundFolder[] {
  const directory = overlayDirectory(repository, path);
  const applied = fluxFolders(repository, path, directory);
  if (applied !== undefined) {
    if (applied.overlays.length === 0)
      throw new Failure(
        'InvalidInput',
        `--from: the Flux Kustomizations in ${path} apply no folder of this repository that can be taken.\n${applied.notes.join('\n')}`,
      );
    notes.push(...applied.notes);
    return [{ at: path, environment, overlays: applied.overlays }];
  }
  const isTaken = holdsKustomization(directory) || repository.bases.get(path)?.kind === 'manifests';
  return isTaken ? [{ at: path, environment, overlays: [{ path }] }] : [];
}
