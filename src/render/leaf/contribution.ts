import { posix } from 'node:path';
import { Failure } from '../../failure.ts';
import { shortSha } from '../../short-sha.ts';
import { manifestNames } from '../source/bases.ts';
import type { Kustomization } from '../source/kustomization.ts';
import type { DirectoryNode, FileNode } from '../source/nodes.ts';
import { forbiddenFieldOf, type Reference, referencesOf } from '../source/references.ts';
import { type Resolved, resolveReference } from '../source/resolve.ts';
import { placeOf, type Sources } from '../source/sources.ts';
import { directoryAt, type Source } from '../source/tree.ts';
import type { Contribution, Contributor } from './contributor.ts';
import { quoted, type Splice } from './edit.ts';
import { pluginFiles } from './plugin.ts';

/** Where the chart's output stands in every request that has a chart; a kustomization of its own. */
export const chartRoot = '/chart';

/** Works each directory out once for all leaves. Throws `Failure` RenderFailed with file, line and remedy. */
export function createContributor(sources: Sources): Contributor {
  const known = new Map<DirectoryNode, Contribution>();
  const contribute: Contributor = (source, directory) => {
    const seen = known.get(directory);
    if (seen) return seen;
    const read = sources.kustomization(directory);
    if (read && 'bad' in read) {
      throw new Failure(
        'RenderFailed',
        `${placeOf(source, posix.join(directory.path, read.bad.name))}: ${read.bad.problem}.`,
      );
    }
    const fresh = read
      ? fromKustomization(sources, source, directory, read.ok, contribute)
      : fromManifests(source, directory);
    known.set(directory, fresh);
    return fresh;
  };
  return contribute;
}

/** A base of plain manifests: a kustomization that lists them. */
function fromManifests(source: Source, directory: DirectoryNode): Contribution {
  const names = manifestNames(directory);
  const broken = [...directory.broken].find(([name]) => /\.ya?ml$/i.test(name));
  const where = placeOf(source, directory.path);
  if (broken) throw new Failure('RenderFailed', `${where}: ${broken[0]} cannot be read: ${broken[1]}.`);
  if (names.length === 0) throw new Failure('RenderFailed', `${where} holds no kustomization and no manifests.`);
  const at = (name: string) => `${source.mount}/${directory.path}/${name}`;
  const files = new Map(
    names.flatMap((name) => {
      const file = directory.files.get(name);
      return file ? [[at(name), file] as const] : [];
    }),
  );
  const text = generatedKustomization({ resources: names });
  return {
    source,
    directory,
    file: { path: at('kustomization.yaml'), text },
    splices: [],
    files,
    next: [],
    charts: [],
  };
}

/** A kustomization file with these lists of paths. */
export function generatedKustomization(lists: Readonly<Record<string, readonly string[]>>): string {
  const fields = Object.entries(lists).filter(([, items]) => items.length > 0);
  const list = ([field, items]: [string, readonly string[]]) =>
    `${field}:\n${items.map((item) => `- ${field === 'patches' ? 'path: ' : ''}${quoted(item)}\n`).join('')}`;
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${fields.map(list).join('')}`;
}

function fromKustomization(
  sources: Sources,
  source: Source,
  directory: DirectoryNode,
  kustomization: Kustomization,
  contribute: Contributor,
): Contribution {
  const path = posix.join(directory.path, kustomization.name);
  refuseHelmFields(kustomization, (line) => placeOf(source, path, line));
  const { text } = kustomization;
  const parts: Parts = { splices: [], files: new Map(), next: [], charts: [] };
  for (const reference of referencesOf(kustomization)) {
    const place = placeOf(source, path, reference.line);
    const resolved = resolveReference(source, directory, reference, sources.own);
    if (resolved.kind === 'refused') {
      throw new Failure('RenderFailed', `${place}: ${reference.field}: ${resolved.why}.`);
    }
    const target = resolved.kind === 'main' ? onMain(sources, resolved.path, place, parts) : resolved;
    if (target.kind === 'file') parts.files.set(`${source.mount}/${target.path}`, target.file);
    const from = resolved.kind === 'main' ? sources.main : source;
    if (target.kind === 'directory') parts.next.push({ source: from, directory: target.directory });
    const moved = newPlace(from, target, resolved);
    if (moved !== undefined) parts.splices.push(rewritten(reference, source, directory, text, moved));
    if (reference.role === 'plugin' && target.kind !== 'chart') {
      const named = pluginFiles(source, directory, target, reference, place, contribute);
      for (const [file, node] of named) parts.files.set(file, node);
    }
  }
  return { source, directory, file: { path: `${source.mount}/${path}`, text }, ...parts };
}

/** What following the references of a kustomization gathers. */
interface Parts {
  readonly splices: Splice[];
  readonly files: Map<string, FileNode>;
  readonly next: Contribution['next'][number][];
  readonly charts: Contribution['charts'][number][];
}

function refuseHelmFields(kustomization: Kustomization, place: (line: number) => string): void {
  const forbidden = forbiddenFieldOf(kustomization);
  if (!forbidden) return;
  throw new Failure(
    'RenderFailed',
    `${place(forbidden.line)}: ${forbidden.field} fetches charts and runs helm, which rendering does not. ` +
      'Make the chart a base: a directory with its Chart.yaml.',
  );
}

/** Where a reference must point in the renderer's file system; undefined: it is right as written. */
function newPlace(from: Source, target: Target, resolved: Resolved): string | undefined {
  if (target.kind === 'chart') return chartRoot;
  if (target.kind !== 'directory') return undefined;
  // kustomize goes on from where a symlinked directory really lies; so does this path.
  const real = target.directory.path;
  return resolved.kind === 'main' || target.path !== real ? `${from.mount}/${real}` : undefined;
}

type Target = Exclude<Resolved, { kind: 'main' | 'refused' }> | { readonly kind: 'chart' };

function onMain(sources: Sources, path: string, place: string, { charts }: Parts): Target {
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

function rewritten(reference: Reference, from: Source, directory: DirectoryNode, text: string, target: string): Splice {
  const [start, end] = reference.range;
  // The range of a block scalar (`>-`) takes the line's end with it.
  const tail = text.slice(start, end).endsWith('\n') ? '\n' : '';
  return { start, end, text: quoted(posix.relative(`${from.mount}/${directory.path}`, target)) + tail };
}
