import { posix } from 'node:path';
import { parse } from 'yaml';
import { Failure } from '../../failure.ts';
import { sameRepository } from '../../platform/repository/unchecked-url.ts';
import { writeKustomization } from '../../render/leaf/contribution.ts';
import type { Contribution } from '../../render/leaf/contributor.ts';
import { applySplices, pathScalar, type Splice } from '../../render/leaf/edit.ts';
import { holdsKustomization } from '../../render/source/kustomization.ts';
import type { DirectoryNode, FileNode } from '../../render/source/nodes.ts';
import { type Reference, referencesOf } from '../../render/source/references.ts';
import { parseReference } from '../../render/source/repository-url.ts';
import { resolveReference } from '../../render/source/resolve.ts';
import { type Overlay, type OverlayRepository, overlayDirectory } from './overlay.ts';

/** The folder of a config branch with files that overlays share. */
export const sharedFolder = '_shared';

/** An overlay as a leaf of a config branch. */
export interface ConvertedLeaf {
  readonly overlay: Overlay;
  /** The base that is assigned; of an overlay that stays on main, the overlay itself. */
  readonly base: string;
  readonly stays: boolean;
  /** The files of the leaf, by path in its directory. */
  readonly files: ReadonlyMap<string, string | Buffer>;
  /** Files that lie elsewhere on main, by path on the config branch. */
  readonly shared: ReadonlyMap<string, Buffer>;
  /** Files of the overlay that its build does not read, and that are left on main. */
  readonly left: readonly string[];
}

/** What is known of the place of a leaf. */
export interface LeafPlace {
  readonly group: string;
  /** Bases that other leaves of the group have. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Makes a leaf of an overlay: references to other directories of main become references to main, and everything else moves along. An
 * overlay that refers to no base that can be assigned stays on main, and is assigned itself. Throws `Failure` where it cannot be built or assigned.
 */
export function leafOf(repository: OverlayRepository, overlay: Overlay, { group, taken }: LeafPlace): ConvertedLeaf {
  const directory = overlayDirectory(repository, overlay.path);
  const reached = repository.reach(directory);
  const isOwn = ({ path }: DirectoryNode) => path === directory.path || path.startsWith(`${directory.path}/`);
  const own = reached.filter((each) => isOwn(each.directory));
  const base = baseOf(repository, overlay, { outside: directlyOutside(own, isOwn), taken });
  if (base === undefined || base === overlay.path) return stayingLeaf(repository, overlay, taken);
  const move = { repository, overlay, leaf: `${group}/${base}`, shared: new Map<string, Buffer>() };
  const files = new Map<string, string | Buffer>();
  const reads = new Set<FileNode>();
  for (const contribution of own) {
    const path = posix.relative(`/main/${directory.path}`, contribution.file.path);
    const text = movedText(move, contribution);
    files.set(path, path === posix.basename(path) && overlay.change ? overlay.change(text) : text);
    for (const [at, file] of contribution.files) {
      reads.add(file);
      const below = posix.relative(`/main/${directory.path}`, at);
      if (!below.startsWith('../')) files.set(below, contentOf(file));
    }
  }
  const left: string[] = [];
  for (const [name, file] of filesBelow(directory)) {
    if (files.has(name) || reads.has(file)) continue;
    if (name.includes('/') || ['values.yaml', 'helm.yaml'].includes(name)) left.push(`${overlay.path}/${name}`);
    else files.set(name, contentOf(file));
  }
  return { overlay, base, stays: false, files, shared: move.shared, left };
}

/** The directories elsewhere on main to which an overlay refers itself. */
function directlyOutside(
  own: readonly Contribution[],
  isOwn: (directory: DirectoryNode) => boolean,
): readonly DirectoryNode[] {
  return own.flatMap(({ next }) => next.map(({ directory }) => directory).filter((each) => !isOwn(each)));
}

/** Finds the base that an overlay is a leaf of: of those to which it refers, the one that lies nearest. */
function baseOf(
  { bases }: OverlayRepository,
  { path }: Overlay,
  { outside, taken }: { readonly outside: readonly DirectoryNode[]; readonly taken: ReadonlySet<string> },
): string | undefined {
  const candidates = outside.flatMap((directory) => {
    // What the kustomization of a directory above includes is no base, and that directory is.
    const base = pathsUpFrom(directory.path).find((each) => bases.get(each) !== undefined);
    return base === undefined || taken.has(base) ? [] : [base];
  });
  const shared = (base: string) => {
    const names = path.split('/');
    const length = base.split('/').findIndex((name, index) => name !== names[index]);
    return length < 0 ? Number.POSITIVE_INFINITY : length;
  };
  return [...new Set(candidates)].sort((a, b) => shared(b) - shared(a))[0];
}

function pathsUpFrom(path: string): readonly string[] {
  const names = path.split('/');
  return names.map((_, index) => names.slice(0, names.length - index).join('/'));
}

/** Assigns an overlay itself, which stays on main. Throws `Failure` InvalidInput where that is not possible. */
function stayingLeaf(repository: OverlayRepository, overlay: Overlay, taken: ReadonlySet<string>): ConvertedLeaf {
  const { path, change } = overlay;
  if (repository.bases.get(path) === undefined)
    throw new Failure(
      'InvalidInput',
      path.includes('/')
        ? `${path}: it refers to no base of main that can be assigned, and is none itself, because the kustomization of a directory above includes it. Take it out there.`
        : `${path}: it lies at the root of main, and refers to no base of main that can be assigned: a base lies below a folder such as apps. Move it to one.`,
    );
  if (taken.has(path)) throw new Failure('InvalidInput', `${path}: two patterns name it. Leave one of them out.`);
  const files: ConvertedLeaf['files'] = change
    ? new Map([['kustomization.yaml', change(writeKustomization({ resources: [referenceToMain(repository, path)] }))]])
    : new Map([['.gitkeep', '']]);
  return { overlay, base: path, stays: true, files, shared: new Map(), left: [] };
}

interface Move {
  readonly repository: OverlayRepository;
  readonly overlay: Overlay;
  /** The directory of the leaf on the config branch. */
  readonly leaf: string;
  readonly shared: Map<string, Buffer>;
}

/** Answers the text of one of an overlay's kustomizations, as it stands in the leaf. */
function movedText(move: Move, { source, directory, file }: Contribution): string {
  const { repository, overlay, leaf, shared } = move;
  const read = repository.sources.kustomization(directory);
  if (!read || 'bad' in read) return file.text;
  const below = directory.path.slice(overlay.path.length);
  const isInside = (path: string) => path === overlay.path || path.startsWith(`${overlay.path}/`);
  const splices = referencesOf(read.ok).flatMap((reference): readonly Splice[] => {
    const target = resolveReference({ source, directory }, reference, repository.sources.own);
    if ((target.kind !== 'file' && target.kind !== 'directory') || isInside(target.path)) return [];
    if (target.kind === 'directory') return [splice(reference, read.ok.text, referenceToMain(repository, target.path))];
    const at = `${sharedFolder}/${target.path}`;
    shared.set(at, contentOf(target.file));
    return [splice(reference, read.ok.text, posix.relative(`${leaf}${below}`, at))];
  });
  return applySplices(file.text, splices);
}

/** Makes the change that puts another path in the place of a reference; the key of a generator's file stays. */
function splice({ range: [start, end], value }: Reference, text: string, path: string): Splice {
  const written = text.slice(start, end);
  const scalar: unknown = parse(written);
  const key = typeof scalar === 'string' && scalar.endsWith(`=${value}`) ? scalar.slice(0, -value.length) : '';
  // The range of a block scalar takes the line's end with it.
  return { start, end, text: pathScalar(key + path) + (written.endsWith('\n') ? '\n' : '') };
}

/** Writes a reference to a directory of main, as kustomize takes it. Throws `Failure` InvalidInput where that is not possible. */
export function referenceToMain(
  { url, mainBranch }: Pick<OverlayRepository, 'url' | 'mainBranch'>,
  path: string,
): string {
  const address = url.startsWith('/') ? `file://${url}` : url;
  const reference = `${address}//${path}?ref=${mainBranch}`;
  const parsed = parseReference(reference);
  if (parsed.kind === 'git' && parsed.reference.path === path && sameRepository(parsed.reference.repository, url))
    return reference;
  throw new Failure(
    'InvalidInput',
    `${path}: no URL of kustomize's leads there (${reference}). Name the source repository by another URL with --source.`,
  );
}

function contentOf({ content, path }: FileNode): Buffer {
  if (content !== undefined) return content;
  throw new Failure('InvalidInput', `${path}: it is too large to be rendered. Keep it out of the overlay.`);
}

/** Lists the files of a directory, and of directories below that are no kustomizations of their own. */
function filesBelow(directory: DirectoryNode, prefix = ''): readonly (readonly [string, FileNode])[] {
  const own = [...directory.files].map(([name, file]) => [`${prefix}${name}`, file] as const);
  const below = [...directory.directories].filter(
    ([, child]) => child.parent === directory && !holdsKustomization(child),
  );
  return [...own, ...below.flatMap(([name, child]) => filesBelow(child, `${prefix}${name}/`))];
}
