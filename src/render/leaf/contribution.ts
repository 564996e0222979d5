import { posix } from 'node:path';
import { Failure } from '../../failure.ts';
import { shortSha } from '../../short-names.ts';
import { chartBases, replacementWords } from '../../vendor/helm-charts.ts';
import { manifestNames } from '../source/bases.ts';
import type { Kustomization } from '../source/kustomization.ts';
import type { DirectoryNode, FileNode } from '../source/nodes.ts';
import { forbiddenField, type Reference, referencesOf } from '../source/references.ts';
import { type Resolved, resolveReference } from '../source/resolve.ts';
import { placeOf, type Sources } from '../source/sources.ts';
import { directoryAt, type Source, type SourceDirectory } from '../source/tree.ts';
import type { ChartReference, Contribution, Contributor } from './contributor.ts';
import { pathScalar, type Splice } from './edit.ts';
import { pluginFiles } from './plugin.ts';

/** The directory, in every request with a chart, of the chart's output; it has a kustomization of its own. */
export const chartRoot = '/chart';

/**
 * How deep directories may configure the plugins of each other. Each is looked through while the one before it is: a circle, or
 * thousands, would fill the stack, where V8 may end the process.
 */
const mostNested = 50;

/** Makes a contributor that works out each directory once for all leaves. */
export function createContributor(sources: Sources): Contributor {
  const known = new Map<DirectoryNode, Contribution>();
  let nested = 0;
  const contribute: Contributor = (from) => {
    const { source, directory } = from;
    const earlier = known.get(directory);
    if (earlier) return earlier;
    const read = sources.kustomization(directory);
    if (read && 'bad' in read) {
      throw new Failure(
        'RenderFailed',
        `${placeOf(source, posix.join(directory.path, read.bad.name))}: ${read.bad.problem}.`,
      );
    }
    if (nested === mostNested) throw nestedTooDeep(placeOf(source, directory.path));
    nested += 1;
    try {
      const fresh = read ? kustomizationFiles(from, read.ok, { sources, contribute }) : manifestFiles(from);
      known.set(directory, fresh);
      return fresh;
    } finally {
      nested -= 1;
    }
  };
  return contribute;
}

function nestedTooDeep(place: string): Failure {
  return new Failure(
    'RenderFailed',
    `${place}: it configures a generator, transformer or validator of a directory that configures one of another, and so on, ` +
      `in a circle or more than ${mostNested} deep. Name their files one by one.`,
  );
}

/** Writes the kustomization of a base of plain manifests, which lists them. */
function manifestFiles({ source, directory }: SourceDirectory): Contribution {
  const names = manifestNames(directory);
  const broken = [...directory.broken].find(([name]) => /\.ya?ml$/i.test(name));
  const where = placeOf(source, directory.path);
  if (broken) throw new Failure('RenderFailed', `${where}: ${broken[0]} cannot be read: ${broken[1]}.`);
  if (names.length === 0) throw new Failure('RenderFailed', `${where} holds no kustomization and no manifests.`);
  const mountedPath = (name: string) => `${source.mount}/${directory.path}/${name}`;
  const files = new Map(
    names.flatMap((name) => {
      const file = directory.files.get(name);
      return file ? [[mountedPath(name), file] as const] : [];
    }),
  );
  const text = writeKustomization({ resources: names });
  return {
    source,
    directory,
    file: { path: mountedPath('kustomization.yaml'), text },
    splices: [],
    files,
    next: [],
    charts: [],
  };
}

/** Writes a kustomization file with these lists of paths. */
export function writeKustomization(lists: Readonly<Record<string, readonly string[]>>): string {
  const fields = Object.entries(lists).filter(([, items]) => items.length > 0);
  const listText = ([field, items]: [string, readonly string[]]) =>
    `${field}:\n${items.map((item) => `- ${field === 'patches' ? 'path: ' : ''}${pathScalar(item)}\n`).join('')}`;
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${fields.map(listText).join('')}`;
}

/** The means by which the files of a kustomization are looked up. */
interface Lookup {
  readonly sources: Sources;
  readonly contribute: Contributor;
}

/** Follows the references of a kustomization, and rewrites those that lead elsewhere in the renderer's file system. */
function kustomizationFiles(
  from: SourceDirectory,
  kustomization: Kustomization,
  { sources, contribute }: Lookup,
): Contribution {
  const { source, directory } = from;
  const path = posix.join(directory.path, kustomization.name);
  refuseHelmFields(kustomization, {
    directory: directory.path,
    place: (line) => placeOf(source, path, line),
  });
  const { text } = kustomization;
  const parts: Parts = { splices: [], files: new Map(), next: [], charts: [] };
  for (const reference of referencesOf(kustomization)) {
    const place = placeOf(source, path, reference.line);
    const resolved = resolveReference(from, reference, sources.own);
    if (resolved.kind === 'refused') {
      throw new Failure('RenderFailed', `${place}: ${reference.field}: ${resolved.why}.`);
    }
    const target = resolved.kind === 'main' ? targetOnMain(sources, { path: resolved.path, place }, parts) : resolved;
    if (target.kind === 'file') parts.files.set(`${source.mount}/${target.path}`, target.file);
    const targetSource = resolved.kind === 'main' ? sources.main : source;
    if (target.kind === 'directory' && !sources.kustomization(target.directory)) {
      // A leaf may refer to its base whatever that is; everything else would not build with kustomize either.
      const isOfLeaf = resolved.kind === 'main' && source.mount === '/config';
      if (!isOfLeaf) throw noKustomization(reference, place);
    }
    if (target.kind === 'directory') parts.next.push({ source: targetSource, directory: target.directory });
    const moved = movedPath(targetSource, target, resolved);
    if (moved !== undefined) {
      const relative = posix.relative(`${source.mount}/${directory.path}`, moved);
      parts.splices.push(referenceSplice(reference, text, relative));
    }
    if (reference.role === 'plugin' && target.kind !== 'chart') {
      const named = pluginFiles({ from, reference, target, place }, contribute);
      for (const [file, node] of named) parts.files.set(file, node);
    }
  }
  return { source, directory, file: { path: `${source.mount}/${path}`, text }, ...parts };
}

function noKustomization({ field, value }: Reference, place: string): Failure {
  return new Failure(
    'RenderFailed',
    `${place}: ${field}: ${JSON.stringify(value)} holds no kustomization, and kustomize builds no other directory. ` +
      'Name its files one by one, or put a kustomization.yaml there.',
  );
}

/** The parts of a contribution that are gathered reference by reference. */
interface Parts {
  readonly splices: Splice[];
  readonly files: Map<string, FileNode>;
  readonly next: SourceDirectory[];
  readonly charts: ChartReference[];
}

function refuseHelmFields(
  kustomization: Kustomization,
  { directory, place }: { readonly directory: string; readonly place: (line: number) => string },
): void {
  const forbidden = forbiddenField(kustomization);
  if (!forbidden) return;
  throw new Failure(
    'RenderFailed',
    `${place(forbidden.line)}: ${forbidden.field} fetches charts and runs helm, which rendering does not. ${replacementWords(chartBases(kustomization), directory)}`,
  );
}

/**
 * Answers the path to which a reference must point in the renderer's file system; undefined: it is right as written.
 */
function movedPath(source: Source, target: ReferenceTarget, resolved: Resolved): string | undefined {
  if (target.kind === 'chart') return chartRoot;
  if (target.kind !== 'directory') return undefined;
  // kustomize goes on from the place where a symlinked directory really lies, and so does this path.
  const real = target.directory.path;
  return resolved.kind === 'main' || target.path !== real ? `${source.mount}/${real}` : undefined;
}

/** The target of a reference, once a path on main is looked up. */
type ReferenceTarget = Exclude<Resolved, { kind: 'main' | 'refused' }> | { readonly kind: 'chart' };

function targetOnMain(
  sources: Sources,
  { path, place }: Pick<ChartReference, 'path' | 'place'>,
  { charts }: Pick<Parts, 'charts'>,
): ReferenceTarget {
  const directory = directoryAt(sources.main, path);
  if (!directory) {
    throw new Failure(
      'RenderFailed',
      `${place}: main has no directory ${path || '/'} at ${shortSha(sources.main.revision)}. Correct the path, or promote a commit that has it.`,
    );
  }
  if (directory.files.has('Chart.yaml') && !sources.kustomization(directory)) {
    charts.push({ directory, path, place });
    return { kind: 'chart' };
  }
  return { kind: 'directory', path: directory.path, directory };
}

/** Makes the change that puts `path` in place of a reference in a kustomization's text. */
function referenceSplice({ range: [start, end] }: Reference, text: string, path: string): Splice {
  // The range of a block scalar (`>-`) takes the line's end with it.
  const tail = text.slice(start, end).endsWith('\n') ? '\n' : '';
  return { start, end, text: pathScalar(path) + tail };
}
