import { posix } from 'node:path';
import { Failure } from '../../failure.ts';
import type { Assignment } from '../assignment/assign.ts';
import type { LayerName } from '../source/bases.ts';
import type { DirectoryNode, FileNode } from '../source/nodes.ts';
import { placeOf, type Sources } from '../source/sources.ts';
import type { Source } from '../source/tree.ts';
import { type ChartPlan, chartParts } from './chart.ts';
import { chartRoot, generatedKustomization } from './contribution.ts';
import type { Contribution, Contributor } from './contributor.ts';
import { resourceInsertion, type Splice, spliced } from './edit.ts';

/** Everything that goes into the rendering of one leaf; a request but for the chart's namespace. */
export interface LeafPlan {
  readonly assignment: Assignment;
  readonly root: string;
  /** By path in the renderer's file system; texts are those that Fairlead wrote or changed. */
  readonly files: ReadonlyMap<string, FileNode | string>;
  /** Files of the config branch that it reads. */
  readonly reads: ReadonlySet<FileNode>;
  readonly chart?: ChartPlan;
}

/** Where a kustomization stands that Fairlead puts around a leaf. */
const wrapperRoot = '/leaf';

/**
 * Works out one leaf: which directory to build and exactly the files that the build may read. Throws `Failure`
 * RenderFailed that names file, line and remedy.
 */
export function planLeaf(sources: Sources, contribute: Contributor, assignment: Assignment): LeafPlan {
  const { base, directory } = assignment;
  const chart = base.kind === 'chart' ? chartParts(sources, assignment) : undefined;
  const files = new Map<string, FileNode | string>(chart?.files);
  const shape = shapeOf(sources, assignment, contribute);
  const contributions = closure(shape.starts, contribute);
  refuseForeignCharts(contributions, assignment);
  for (const contribution of contributions.values()) {
    for (const [path, file] of contribution.files) files.set(path, file);
    files.set(contribution.file.path, spliced(contribution.file.text, contribution.splices));
  }
  for (const [path, text] of shape.files) files.set(path, text);
  const reads = new Set<FileNode>();
  for (const [path, file] of files) if (typeof file !== 'string' && path.startsWith('/config/')) reads.add(file);
  for (const { source, directory: each } of contributions.values()) {
    const read = source.mount === '/config' ? sources.kustomization(each) : undefined;
    if (read && 'ok' in read) reads.add(read.ok.file);
  }
  const settings = chart ? directory.files.get('helm.yaml') : undefined;
  if (settings) reads.add(settings);
  return { assignment, root: shape.root, files, reads, ...(chart ? { chart: chart.chart } : {}) };
}

type Start = { readonly source: Source; readonly directory: DirectoryNode };

/** How a leaf's directory is laid out: what to build, from where, and the kustomizations written for it. */
interface Shape {
  readonly root: string;
  readonly starts: readonly Start[];
  readonly files: ReadonlyMap<string, FileNode | string>;
}

function shapeOf(sources: Sources, assignment: Assignment, contribute: Contributor): Shape {
  const { base, directory } = assignment;
  const baseStarts: readonly Start[] =
    base.kind === 'chart' ? [] : [{ source: sources.main, directory: base.directory }];
  const baseRoot = base.kind === 'chart' ? chartRoot : `/main/${base.directory.path}`;
  const own = { source: sources.config, directory };
  const read = sources.kustomization(directory);
  if (!read) return layers(sources.config, assignment, baseRoot, baseStarts);
  const start = contribute(own.source, own.directory);
  const reached = closure([own], contribute);
  const refers = refersToBase(reached, assignment);
  const leafRoot = `/config/${directory.path}`;
  if ('ok' in read && read.ok.kind === 'Component') {
    const text = generatedKustomization({
      resources: refers ? [] : [posix.relative(wrapperRoot, baseRoot)],
      components: [posix.relative(wrapperRoot, leafRoot)],
    });
    const files = new Map([[`${wrapperRoot}/kustomization.yaml`, text]]);
    return { root: wrapperRoot, starts: refers ? [own] : [...baseStarts, own], files };
  }
  if (refers) return { root: leafRoot, starts: [own], files: new Map() };
  const insertion = 'ok' in read ? resourceInsertion(read.ok, posix.relative(leafRoot, baseRoot)) : undefined;
  if (!insertion) {
    const place = placeOf(sources.config, start.file.path.slice('/config/'.length));
    throw new Failure(
      'RenderFailed',
      `${place}: Fairlead cannot add the base to its resources. Write them as a plain list, one line each.`,
    );
  }
  return { root: leafRoot, starts: [...baseStarts, own], files: withInsertion(start, insertion) };
}

function withInsertion({ file, splices }: Contribution, insertion: Splice): ReadonlyMap<string, string> {
  return new Map([[file.path, spliced(file.text, [...splices, insertion])]]);
}

/** No kustomization: `configs/` are resources beside the base, `overlays/` patches; neither: the base as it is. */
function layers(config: Source, assignment: Assignment, baseRoot: string, baseStarts: readonly Start[]): Shape {
  const { directory } = assignment;
  const configs = yamlFiles(config, assignment, 'configs');
  const overlays = yamlFiles(config, assignment, 'overlays');
  if (configs.length + overlays.length === 0) return { root: baseRoot, starts: baseStarts, files: new Map() };
  const root = `/config/${directory.path}`;
  const files = new Map<string, FileNode | string>();
  for (const { name, file } of [...configs, ...overlays]) files.set(`${root}/${name}`, file);
  const text = generatedKustomization({
    resources: [posix.relative(root, baseRoot), ...configs.map(({ name }) => name)],
    patches: overlays.map(({ name }) => name),
  });
  files.set(`${root}/kustomization.yaml`, text);
  return { root, starts: baseStarts, files };
}

function yamlFiles(config: Source, leaf: Assignment, name: LayerName) {
  const directory = leaf.directory.directories.get(name);
  if (!directory || !leaf.layers.includes(name)) return [];
  const [broken] = directory.broken;
  if (broken)
    throw new Failure(
      'RenderFailed',
      `${placeOf(config, posix.join(directory.path, broken[0]))} cannot be read: ${broken[1]}.`,
    );
  return [...directory.files]
    .filter(([file]) => /\.ya?ml$/i.test(file) && !file.startsWith('.'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, node]) => ({ name: `${name}/${file}`, file: node }));
}

/** All contributions that these directories need, each once. */
function closure(starts: readonly Start[], contribute: Contributor): ReadonlyMap<DirectoryNode, Contribution> {
  const found = new Map<DirectoryNode, Contribution>();
  const queue = [...starts];
  for (const { source, directory } of queue) {
    if (found.has(directory)) continue;
    const contribution = contribute(source, directory);
    found.set(directory, contribution);
    queue.push(...contribution.next);
  }
  return found;
}

/**
 * Whether the leaf's own kustomization brings the base, or something below it, by itself. A reference to another
 * base alone does not replace the one that is assigned.
 */
function refersToBase(reached: ReadonlyMap<DirectoryNode, Contribution>, { base }: Assignment): boolean {
  if (base.kind === 'chart') return [...reached.values()].some(({ charts }) => charts.length > 0);
  const inside = (path: string) => path === base.directory.path || path.startsWith(`${base.directory.path}/`);
  return [...reached.values()].some(({ source, directory }) => source.mount === '/main' && inside(directory.path));
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
