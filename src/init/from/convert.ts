import { Failure } from '../../failure.ts';
import { writeKustomization } from '../../render/leaf/contribution.ts';
import type { NewEnvironment, NewFiles } from '../types.ts';
import { type ConvertedLeaf, leafOf } from './leaf-of.ts';
import type { Overlay, OverlayRepository } from './overlay.ts';

/** The overlays of one environment, and the environment that is made of them. */
export interface OverlaysOf {
  readonly environment: NewEnvironment;
  readonly overlays: readonly Overlay[];
}

/** Config branches that were made out of overlays. */
export interface Conversion {
  readonly name: string;
  readonly groups: ReadonlyMap<string, readonly ConvertedLeaf[]>;
  /** The leaves and what they share, by path on the config branch. */
  readonly leaves: NewFiles;
}

/**
 * Makes the leaves of each environment out of its overlays. Every group of an environment gets all of them. Throws `Failure`
 * InvalidInput with the problems of all overlays at once.
 */
export function convertOverlays(
  repository: OverlayRepository,
  environments: readonly OverlaysOf[],
): readonly Conversion[] {
  const problems = new Set<string>();
  const converted = environments.map(({ environment, overlays }) => {
    const groups = new Map<string, readonly ConvertedLeaf[]>();
    for (const group of new Set(environment.clusters.map((each) => each.group))) {
      const taken = new Set<string>();
      const leaves = overlays.flatMap((overlay) => {
        try {
          const leaf = leafOf(repository, overlay, { group, taken });
          taken.add(leaf.base);
          return [leaf];
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          problems.add(error.message);
          return [];
        }
      });
      groups.set(group, leaves);
    }
    return {
      name: environment.name,
      groups,
      leaves: new Map([...branchFiles(groups), ...restrictions(repository, groups)]),
    };
  });
  if (problems.size === 0) return converted;
  throw new Failure(
    'InvalidInput',
    `Nothing was made, because not every overlay can be taken:\n${[...problems].join('\n')}`,
  );
}

/**
 * Lists the leaves of each group in which a directory above one is a base as well, which would be assigned with it: the overlays did
 * not bring that.
 */
function restrictions({ bases }: OverlayRepository, groups: Conversion['groups']): NewFiles {
  return new Map(
    [...groups].flatMap(([group, leaves]) => {
      const own = leaves.map(({ base }) => base);
      const above = own.flatMap(pathsAbove).filter((path) => !own.includes(path));
      if (!above.some((path) => bases.get(path) !== undefined)) return [];
      return [
        [`${group}/kustomization.yaml`, restrictionNote + writeKustomization({ resources: own.toSorted() })] as const,
      ];
    }),
  );
}

const restrictionNote = '# What is assigned here. Without this file, bases above these would be, too.\n';

function pathsAbove(path: string): readonly string[] {
  const names = path.split('/');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
}

function branchFiles(groups: Conversion['groups']): NewFiles {
  return new Map(
    [...groups].flatMap(([group, leaves]) =>
      leaves.flatMap(({ base, files, shared }) => [
        ...[...files].map(([path, content]) => [`${group}/${base}/${path}`, content] as const),
        ...shared,
      ]),
    ),
  );
}
