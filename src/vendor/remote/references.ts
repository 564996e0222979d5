import { posix } from 'node:path';
import { sameRepository } from '../../platform/repository/unchecked-url.ts';
import { documentsOf } from '../../render/leaf/plugin.ts';
import { createKustomizationReader, kustomizationNames } from '../../render/source/kustomization.ts';
import { type Reference, referencesOf } from '../../render/source/references.ts';
import { type GitReference, parseReference } from '../../render/source/repository-url.ts';
import { resolveReference } from '../../render/source/resolve.ts';
import { fileText } from '../../render/source/sources.ts';
import { directoryAt, type SourceDirectory } from '../../render/source/tree.ts';
import { type ChartBase, chartBases, generatorBase } from '../helm-charts.ts';
import { isInsideChart, type Scope } from '../wanted.ts';

/** A kustomization of a checkout, and what it refers to. */
export interface KustomizationFile {
  /** The directory, from the root of the checkout. */
  readonly directory: string;
  /** The path of the file. */
  readonly path: string;
  readonly text: string;
  readonly references: readonly Reference[];
  /** Reads the charts that kustomize would render, as bases of their own. Throws `Failure` where a generator's file cannot be read. */
  readonly charts: () => readonly ChartBase[];
  /** Those that lie in another git repository. */
  readonly remote: readonly RemoteReference[];
}

/** A reference to a directory of another repository. */
export interface RemoteReference extends Reference {
  readonly git: GitReference;
}

/** Lists the kustomizations of a scope, sorted by path. `own`: the platform's addresses, from which nothing is fetched. */
export function kustomizationFiles(
  { tree, source, includes }: Scope,
  own: readonly string[],
): readonly KustomizationFile[] {
  const read = createKustomizationReader();
  const directories = [...tree.files.keys()]
    .filter((path) => kustomizationNames.includes(posix.basename(path)))
    .map((path) => (posix.dirname(path) === '.' ? '' : posix.dirname(path)));
  return [...new Set(directories)]
    .filter((path) => includes(path) && !isInsideChart(tree, path))
    .sort()
    .flatMap((path) => {
      const directory = directoryAt(source, path);
      const found = directory && read(directory);
      // What is wrong with a kustomization is said where it is rendered.
      if (!directory || !found || 'bad' in found) return [];
      const { ok } = found;
      const references = referencesOf(ok);
      const remote = references.flatMap((reference) => {
        if (resolveReference({ source, directory }, reference, { urls: own, mainBranch: 'main' }).kind !== 'refused')
          return [];
        return remoteReference(reference, own);
      });
      return [
        {
          directory: path,
          path: posix.join(path, ok.name),
          text: ok.text,
          references,
          charts: () => [...chartBases(ok), ...generatorBases({ source, directory }, references, own)],
          remote,
        },
      ];
    });
}

/** Answers what replaces the charts of a kustomization's generators, whose configuration is a file or stands in it. */
function generatorBases(
  from: SourceDirectory,
  references: readonly Reference[],
  urls: readonly string[],
): readonly ChartBase[] {
  return references.flatMap((reference) => {
    if (reference.field !== 'generators') return [];
    const target = resolveReference(from, reference, { urls, mainBranch: 'main' });
    const text = target.kind === 'file' ? fileText(from.source, target.file) : reference.value;
    if (target.kind !== 'file' && target.kind !== 'inline') return [];
    return documentsOf(text).flatMap((document) => generatorBase(document) ?? []);
  });
}

function remoteReference(reference: Reference, own: readonly string[]): readonly RemoteReference[] {
  const parsed = parseReference(reference.value);
  if (parsed.kind !== 'git' || !['resource', 'component'].includes(reference.role)) return [];
  if (own.some((url) => sameRepository(url, parsed.reference.repository))) return [];
  return [{ ...reference, git: parsed.reference }];
}

/** Names the place of a reference, for messages. */
export function placeOfReference({ path }: Pick<KustomizationFile, 'path'>, { line, field }: Reference): string {
  return `${path}, line ${line}: ${field}`;
}
