import { posix } from 'node:path';
import { compareManifests, type SharedChange } from '../../diff/compare.ts';
import { type FilesOfGroups, filesOfGroups } from '../../diff/groups.ts';
import { objectName } from '../../object-name.ts';
import { objectKey } from '../../render/layout/conflicts.ts';
import { leafFile } from '../../render/layout/files.ts';
import { objectsIn } from '../../render/layout/objects.ts';
import { planPlatform, renderPlanned, withoutBranch } from '../../render/platform.ts';
import type { Renderer, SourceTree } from '../../render/types.ts';
import type { ConvertedLeaf } from './leaf-of.ts';
import { type OverlayRepository, overlayRequest } from './overlay.ts';

/** An environment that was made out of overlays, with the leaves of each group. */
export interface ConvertedEnvironment {
  readonly name: string;
  readonly groups: ReadonlyMap<string, readonly ConvertedLeaf[]>;
  /** The files of its config branch. */
  readonly config: SourceTree;
}

/** What an environment renders beside what its overlays built. */
export interface RenderProof {
  readonly environment: string;
  /** How many objects the overlays built, counted in each group. */
  readonly objects: number;
  /** What differs, with a reason where one is known. */
  readonly differences: readonly ProvenDifference[];
}

export interface ProvenDifference {
  readonly change: SharedChange;
  readonly why: string | undefined;
}

/**
 * Renders an environment as Fairlead does, and compares each object, byte for byte, with what the renderer's kustomize builds of the
 * overlays as main has them. Throws `Failure` where one of the two cannot be built.
 */
export async function prove(
  repository: OverlayRepository,
  environment: ConvertedEnvironment,
  renderer: Renderer,
): Promise<RenderProof> {
  const before = await buildOverlays(repository, environment, renderer);
  const after = await renderEnvironment(repository, environment, renderer);
  const { changes, objects } = compareManifests(before, after);
  const told = new Set(changes.map(({ id }) => objectKey(id)));
  const differences = changes.map((change) => ({ change, why: reasonOf(change) }));
  return {
    environment: environment.name,
    objects: objects.before,
    differences: [...differences, ...formChanges(before, after, told)],
  };
}

async function buildOverlays(
  repository: OverlayRepository,
  { groups }: ConvertedEnvironment,
  renderer: Renderer,
): Promise<FilesOfGroups> {
  const built = new Map<string, ReadonlyMap<string, string>>();
  for (const [group, leaves] of groups) {
    const files = await Promise.all(
      leaves.map(async ({ overlay, base }) => {
        const { yaml } = await renderer.render(overlayRequest(repository, overlay));
        return [leafFile('', base).slice(1), yaml] as const;
      }),
    );
    built.set(group, new Map(files));
  }
  return built;
}

async function renderEnvironment(
  { tree, sources, mainBranch }: OverlayRepository,
  { name, config, groups }: ConvertedEnvironment,
  renderer: Renderer,
): Promise<FilesOfGroups> {
  const planned = planPlatform({
    main: tree,
    config,
    environment: name,
    sourceRepositories: sources.own.urls,
    mainBranch,
    alsoBases: new Set(),
  });
  const rendered = await renderPlanned(planned, { renderer, held: withoutBranch });
  return filesOfGroups(rendered.files, groups.keys());
}

/** Finds objects that mean the same and are written otherwise. */
function formChanges(
  before: FilesOfGroups,
  after: FilesOfGroups,
  told: ReadonlySet<string>,
): readonly ProvenDifference[] {
  return [...before].flatMap(([group, files]) => {
    const now = new Map(
      [...(after.get(group)?.values() ?? [])].flatMap(objectsIn).map(({ id, text }) => [objectKey(id), text]),
    );
    return [...files].flatMap(([path, text]) =>
      objectsIn(text)
        .filter((object) => !told.has(objectKey(object.id)) && now.get(objectKey(object.id)) !== object.text)
        .map(({ id }) => ({
          change: { kind: 'changed' as const, id, leaf: posix.dirname(path), fields: [], groups: [group] },
          why: `${objectName(id)} means the same, and is written in another form`,
        })),
    );
  });
}

/** Says why an object differs, as far as that is known. */
function reasonOf({ movedFrom, fields }: SharedChange): string | undefined {
  if (movedFrom !== undefined) return 'another leaf brings it';
  if (fields.some(({ path }) => path.includes('config.kubernetes.io')))
    return 'buildMetadata writes into it from which files it was built';
  return undefined;
}
