import { Failure } from '../../failure.ts';
import { blobId } from '../../git/blob-id.ts';
import { type Conversion, convertOverlays } from '../../init/from/convert.ts';
import { type FoundOverlays, findOverlays } from '../../init/from/find.ts';
import { type OverlayRepository, openOverlays } from '../../init/from/overlay.ts';
import { prove, type RenderProof } from '../../init/from/prove.ts';
import { configFiles } from '../../init/new-platform.ts';
import { usualStages } from '../../init/stage-order.ts';
import type { NewFiles } from '../../init/types.ts';
import type { SourceTree } from '../../render/types.ts';
import { loadSettings } from '../../settings/settings.ts';
import { countOf } from '../../text/count-of.ts';
import { withRenderer } from '../renderer.ts';
import { askForPlatform, type InitAnswers } from './answers.ts';
import { planPlatform } from './begin.ts';
import { listed, publicUrl } from './options.ts';
import type { InitPlace, InitPlan } from './plan.ts';

/**
 * Plans config branches that are made out of the overlays of main, and proves that they render what the overlays built. Throws
 * `Failure` where an overlay cannot be taken, with all that is wrong.
 */
export async function planFromOverlays(place: InitPlace, patterns: readonly string[]): Promise<InitPlan> {
  const { main, mainBranch, directory, options, here, io } = place;
  if (main === undefined)
    throw new Failure(
      'NotFound',
      `${directory} has no branch ${mainBranch} with overlays. Name another one with --main-branch, or begin without --from.`,
    );
  const url = publicUrl(options.source ?? here?.checkout.origin, io);
  if (url === undefined)
    throw new Failure(
      'InvalidInput',
      `Leaves refer to main by the URL of the source repository, and ${directory} has no remote origin. Say it with --source.`,
    );
  const urls = here?.checkout.origin === undefined ? [] : [here.checkout.origin];
  const repository = openOverlays(main, { url, mainBranch, urls });
  const found = findOverlays(
    repository,
    patterns,
    options.environments === undefined ? undefined : listed(options.environments),
  );
  const answers = await askForPlatform(place, usualStages(found.environments));
  const { environments } = answers.platform;
  const conversions = convertOverlays(
    repository,
    environments.map((environment) => ({ environment, overlays: found.overlaysOf(environment.name) })),
  );
  const proofs = await proveAll(repository, conversions, { place, answers });
  const plan = await planPlatform(place, {
    ...answers,
    leaves: new Map(conversions.map(({ name, leaves }) => [name, leaves])),
    bases: new Map(),
  });
  return { ...plan, proofs, notes: [...plan.notes, ...found.notes, ...notesOn(conversions, found)] };
}

async function proveAll(
  repository: OverlayRepository,
  conversions: readonly Conversion[],
  { place: { io }, answers }: { readonly place: InitPlace; readonly answers: InitAnswers },
): Promise<readonly RenderProof[]> {
  const { environments, forge } = answers.platform;
  return withRenderer(await loadSettings(io.env), io, async (renderer) => {
    const proofs = [];
    for (const [index, { name, groups, leaves }] of conversions.entries()) {
      const environment = environments[index];
      if (environment === undefined) continue;
      const config = treeOf(configFiles(environment, forge, leaves));
      proofs.push(await prove(repository, { name, groups, config }, renderer));
    }
    return proofs;
  });
}

/** Answers files as the commit that will have them. */
function treeOf(files: NewFiles): SourceTree {
  const entries = [...files].map(([path, text]) => {
    const content = Buffer.from(text);
    return [path, { mode: '100644', oid: blobId(content), size: content.length, content }] as const;
  });
  return { revision: 'to be made', files: new Map(entries) };
}

/** Says which overlays stay on main, and which files are left there. */
function notesOn(conversions: readonly Conversion[], { overlays }: FoundOverlays): readonly string[] {
  const leaves = conversions.flatMap(({ groups }) => [...groups.values()].flat());
  const staying = [
    ...new Set(
      leaves.flatMap(({ stays, base, overlay }) => (stays && overlays.includes(base) && !overlay.change ? [base] : [])),
    ),
  ];
  const left = [...new Set(leaves.flatMap((leaf) => leaf.left))];
  const moved = overlays.filter((path) => !staying.includes(path));
  return [
    ...(staying.length === 0
      ? []
      : [
          `${countOf(staying.length, 'folder goes', 'folders go')} as they are on main, because they refer to no base that can be assigned: ${staying.join(', ')}.`,
        ]),
    ...(left.length === 0
      ? []
      : [`Nothing reads these files of overlays, so they are left on main: ${left.join(', ')}.`]),
    ...(moved.length === 0
      ? []
      : [
          `Nothing on main was changed: whatever applied ${moved[0]}${moved.length > 1 ? ` and ${moved.length - 1} more` : ''} goes on to do so. When the clusters follow the GitOps branches, switch its pruning off, and then remove it.`,
        ]),
  ];
}
