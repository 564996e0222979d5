import { posix } from 'node:path';
import { digestFiles, lockName } from './lock.ts';
import { type KustomizationFile, placeOfReference } from './remote/references.ts';
import type { VendorInput } from './vendor.ts';
import { contentsOf, filesBelow, type Scope, type VendoredBase } from './wanted.ts';

/** Says what is not as it was recorded; each sentence names the place, and what to do. */
export function vendorProblems({ bases, kustomizations }: VendorInput, scope: Scope): readonly string[] {
  return [
    ...bases.flatMap((base) => [...chartProblems(base, scope), ...copyProblems(base, scope)]),
    ...kustomizations.flatMap(referenceProblems),
  ];
}

function copyProblems({ path, lock }: VendoredBase, { tree }: Scope): readonly string[] {
  return (lock?.remotes ?? []).flatMap(({ repository, commit, directory, content }) => {
    const at = posix.join(path, directory);
    if (digestFiles(filesBelow(tree, at)) === content) return [];
    return [
      `${at}: its files are not what was fetched (${repository} at ${commit}). Restore them with git, or run \`fairlead vendor --force ${path || '.'}\`; changes of your own belong into a kustomization.`,
    ];
  });
}

function referenceProblems(kustomization: KustomizationFile): readonly string[] {
  return kustomization.remote.map(
    (reference) =>
      `${placeOfReference(kustomization, reference)}: ${reference.git.repository} has not been fetched. Run \`fairlead vendor ${kustomization.directory || '.'}\`, and commit what it writes.`,
  );
}

function chartProblems({ path, settings, lock }: VendoredBase, { tree }: Scope): readonly string[] {
  const helm = posix.join(path, 'helm.yaml');
  const fetchIt = `Run \`fairlead vendor ${path || '.'}\`, and commit what it writes.`;
  const recorded = lock?.chart;
  if (settings === undefined) {
    return recorded === undefined
      ? []
      : [
          `${posix.join(path, lockName)}: it records ${recorded.source}, which ${helm} does not name. Write \`chart\` and \`version\` there again, or delete this file.`,
        ];
  }
  const named = `${settings.chart} ${settings.version ?? 'without a version'}`;
  if (recorded === undefined) return [`${helm}: ${named} has not been fetched. ${fetchIt}`];
  if (recorded.source !== settings.chart || recorded.version !== settings.version)
    return [`${helm}: it names ${named}, and ${recorded.source} ${recorded.version} was fetched. ${fetchIt}`];
  if (digestFiles(contentsOf(tree, path)) === recorded.content) return [];
  return [
    `${path}: its files are not what was fetched (${named}, ${recorded.digest}). Restore them with git, or run \`fairlead vendor --force ${path || '.'}\`; changes of your own belong into the kustomization of a leaf.`,
  ];
}
