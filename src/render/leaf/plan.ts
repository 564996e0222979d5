import { posix } from 'node:path';
import { Failure } from '../../failure.ts';
import type { Assignment } from '../assignment/assign.ts';
import type { LayerName } from '../source/bases.ts';
import type { DirectoryNode, FileNode } from '../source/nodes.ts';
import { placeOf, type Sources } from '../source/sources.ts';
import type { Source, SourceDirectory } from '../source/tree.ts';
import type { ChartGatherer, ChartPlan } from './chart.ts';
import { chartRoot, writeKustomization } from './contribution.ts';
import type { Contribution, Contributor } from './contributor.ts';
import { applySplices, resourceInsertion, type Splice } from './edit.ts';

/*
 * Invariants of this folder: the request of a leaf has exactly the files that its build may read, so the renderer needs
 * no network and no other file. Files stay as they were written, byte for byte, but for the references that must lead
 * to main and the entry that brings the base. Nothing that runs a program is let through. Equal inputs make equal
 * requests.
 */

/** The request for one leaf, but for a chart's namespace. It can be handed on without the trees it was made from. */
export interface PlannedLeaf {
  readonly assignment: Pick<Assignment, 'group' | 'path'> & { readonly base: Pick<Assignment['base'], 'path'> };
  /** The directory to build, in the renderer's file system. */
  readonly root: string;
  /** Files by path in the renderer's file system; texts are those that Fairlead wrote or changed. */
  readonly files: ReadonlyMap<string, FileNode | string>;
  /** What `filesDigest` answers for them, where that is known already. */
  readonly digest?: string;
  readonly chart?: ChartPlan;
}

/** The plan of a leaf, in the trees that it was made from. */
export interface LeafPlan extends PlannedLeaf {
  readonly assignment: Assignment;
  /** The files of the config branch that the leaf reads. */
  readonly reads: ReadonlySet<FileNode>;
}

/** The directory of the kustomization that Fairlead puts around a leaf that is a Component. */
const wrapperRoot = '/leaf';

/**
 * Works out one leaf: which directory to build, and exactly the files that the build may read. Throws `Failure`
 * RenderFailed with file, line and remedy.
 */
export function planLeaf(
  sources: Sources,
  { contribute, gatherChart }: { readonly contribute: Contributor; readonly gatherChart: ChartGatherer },
  assignment: Assignment,
): LeafPlan {
  const { base, directory } = assignment;
  const chart = base.kind === 'chart' ? gatherChart(assignment) : undefined;
  const files = new Map<string, FileNode | string>(chart?.files);
  const build = planBuild(sources, assignment, contribute);
  const contributions = gatherContributions(build.starts, contribute);
  refuseForeignCharts(contributions, assignment);
  for (const contribution of contributions.values()) {
    for (const [path, file] of contribution.files) files.set(path, file);
    files.set(contribution.file.path, applySplices(contribution.file.text, contribution.splices));
  }
  for (const [path, text] of build.files) files.set(path, text);
  const reads = new Set<FileNode>();
  for (const [path, file] of files) if (typeof file !== 'string' && path.startsWith('/config/')) reads.add(file);
  for (const { source, directory: each } of contributions.values()) {
    const read = source.mount === '/config' ? sources.kustomization(each) : undefined;
    if (read && 'ok' in read) reads.add(read.ok.file);
  }
  const settings = chart ? directory.files.get('helm.yaml') : undefined;
  if (settings) reads.add(settings);
  return { assignment, root: build.root, files, reads, chart: chart?.chart };
}

/** A directory to build in the renderer's file system, with the directories whose contributions it needs. */
interface Build {
  readonly root: string;
  readonly starts: readonly SourceDirectory[];
}

/** The build of a leaf. */
interface LeafBuild extends Build {
  /** The kustomizations that are written for the leaf, and the files that only they refer to. */
  readonly files: ReadonlyMap<string, FileNode | string>;
}

function planBuild(sources: Sources, assignment: Assignment, contribute: Contributor): LeafBuild {
  const { base, directory } = assignment;
  const ofBase: Build =
    base.kind === 'chart'
      ? { root: chartRoot, starts: [] }
      : { root: `/main/${base.directory.path}`, starts: [{ source: sources.main, directory: base.directory }] };
  const own = { source: sources.config, directory };
  const read = sources.kustomization(directory);
  if (!read) return layersBuild(sources.config, assignment, ofBase);
  const start = contribute(own);
  const reached = gatherContributions([own], contribute);
  const refers = refersToBase(reached, assignment);
  const leafRoot = `/config/${directory.path}`;
  if ('ok' in read && read.ok.kind === 'Component') {
    const text = writeKustomization({
      resources: refers ? [] : [posix.relative(wrapperRoot, ofBase.root)],
      components: [posix.relative(wrapperRoot, leafRoot)],
    });
    const files = new Map([[`${wrapperRoot}/kustomization.yaml`, text]]);
    return { root: wrapperRoot, starts: refers ? [own] : [...ofBase.starts, own], files };
  }
  if (refers) return { root: leafRoot, starts: [own], files: new Map() };
  const insertion = 'ok' in read ? resourceInsertion(read.ok, posix.relative(leafRoot, ofBase.root)) : undefined;
  if (!insertion) {
    const place = placeOf(sources.config, start.file.path.slice('/config/'.length));
    throw new Failure(
      'RenderFailed',
      `${place}: Fairlead cannot add the base to its resources. Write them as a plain list, one line each.`,
    );
  }
  return { root: leafRoot, starts: [...ofBase.starts, own], files: withInsertion(start, insertion) };
}

function withInsertion({ file, splices }: Contribution, insertion: Splice): ReadonlyMap<string, string> {
  return new Map([[file.path, applySplices(file.text, [...splices, insertion])]]);
}

/**
 * Plans a leaf without a kustomization: files in `configs/` are resources beside the base, files in `overlays/` are
 * patches. Without either the base is built as it is.
 */
function layersBuild(config: Source, assignment: Assignment, base: Build): LeafBuild {
  const { directory } = assignment;
  const configs = layerFiles(config, assignment, 'configs');
  const overlays = layerFiles(config, assignment, 'overlays');
  if (configs.length + overlays.length === 0) return { ...base, files: new Map() };
  const root = `/config/${directory.path}`;
  const files = new Map<string, FileNode | string>();
  for (const { name, file } of [...configs, ...overlays]) files.set(`${root}/${name}`, file);
  const text = writeKustomization({
    resources: [posix.relative(root, base.root), ...configs.map(({ name }) => name)],
    patches: overlays.map(({ name }) => name),
  });
  files.set(`${root}/kustomization.yaml`, text);
  return { root, starts: base.starts, files };
}

function layerFiles(config: Source, leaf: Assignment, name: LayerName) {
  const directory = leaf.directory.directories.get(name);
  if (!directory || !leaf.layers.includes(name)) return [];
  const [broken] = directory.broken;
  if (broken) {
    const place = placeOf(config, posix.join(directory.path, broken[0]));
    throw new Failure('RenderFailed', `${place} cannot be read: ${broken[1]}.`);
  }
  return [...directory.files]
    .filter(([file]) => /\.ya?ml$/i.test(file) && !file.startsWith('.'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, node]) => ({ name: `${name}/${file}`, file: node }));
}

/** Gathers all contributions that these directories need, each once. */
function gatherContributions(
  starts: readonly SourceDirectory[],
  contribute: Contributor,
): ReadonlyMap<DirectoryNode, Contribution> {
  const found = new Map<DirectoryNode, Contribution>();
  const queue = [...starts];
  for (const from of queue) {
    if (found.has(from.directory)) continue;
    const contribution = contribute(from);
    found.set(from.directory, contribution);
    queue.push(...contribution.next);
  }
  return found;
}

/**
 * Tells whether the leaf's own kustomization refers to the base, or to something below it. A reference to another base
 * does not replace the one that is assigned.
 */
function refersToBase(reached: ReadonlyMap<DirectoryNode, Contribution>, { base }: Assignment): boolean {
  if (base.kind === 'chart') return [...reached.values()].some(({ charts }) => charts.length > 0);
  const liesInBase = (path: string) => path === base.directory.path || path.startsWith(`${base.directory.path}/`);
  return [...reached.values()].some(({ source, directory }) => source.mount === '/main' && liesInBase(directory.path));
}

function refuseForeignCharts(contributions: ReadonlyMap<DirectoryNode, Contribution>, { base }: Assignment): void {
  for (const { charts } of contributions.values()) {
    for (const { directory, path, place } of charts) {
      if (directory === base.directory) continue;
      throw new Failure(
        'RenderFailed',
        `${place}: ${path} is a chart. Only its own leaf can refer to it; assign it to this group instead.`,
      );
    }
  }
}
