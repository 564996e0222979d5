import { posix } from 'node:path';
import { digestFiles, lockName } from './lock.ts';
import { contentsOf, type Scope, type VendoredBase } from './wanted.ts';

/** Says for each base what is not as it was recorded; each sentence names the place, and what to do. */
export function vendorProblems(bases: readonly VendoredBase[], scope: Scope): readonly string[] {
  return bases.flatMap((base) => chartProblems(base, scope));
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
