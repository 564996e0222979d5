import { posix } from 'node:path';
import { Failure } from '../../failure.ts';
import { namedChartProblem } from '../../vendor/named-chart.ts';
import type { Assignment } from '../assignment/assign.ts';
import type { DirectoryNode, FileNode } from '../source/nodes.ts';
import { checkSize, placeOf, type Sources } from '../source/sources.ts';
import { findPath, type Source } from '../source/tree.ts';
import { createWalk, type Trail } from '../source/walk.ts';
import type { ChartRequest } from '../types.ts';
import { chartRoot, writeKustomization } from './contribution.ts';
import { type HelmSettings, mergeSettings, readHelmSettings, releaseNameProblem } from './helm-settings.ts';

/**
 * A chart request without what the GitOps branch holds, and whose namespace, where it has none, is found in what the parents
 * render.
 */
export type ChartPlan = Omit<ChartRequest, 'namespace' | 'kept' | 'placeholders'> & { readonly namespace?: string };

/** The parts that a chart adds to its leaf's plan. */
export interface ChartParts {
  readonly chart: ChartPlan;
  /** Files by path in the renderer's file system; texts are those that Fairlead wrote. */
  readonly files: ReadonlyMap<string, FileNode | string>;
}

/** Gathers what the chart of a leaf needs. Throws `Failure` RenderFailed for bad settings and unreadable files. */
export type ChartGatherer = (assignment: Assignment) => ChartParts;

/** What a chart on main has by itself, whichever group it goes to. */
interface ChartBase {
  readonly files: ReadonlyMap<string, FileNode>;
  readonly settings: HelmSettings;
}

/** Makes a gatherer that looks at each chart on main once for all leaves. */
export function createChartGatherer(sources: Sources): ChartGatherer {
  const known = new Map<DirectoryNode, ChartBase>();
  return (assignment) => {
    const { directory } = assignment.base;
    const base = known.get(directory) ?? chartBase(sources.main, directory);
    known.set(directory, base);
    return gatherChart(sources, assignment, base);
  };
}

function chartBase(main: Source, directory: DirectoryNode): ChartBase {
  const files = readableFiles(main, directory);
  const own = directory.files.get('values.yaml');
  if (own) checkSize(main, own, 'settings');
  return { files, settings: vendoredSettings(main, directory) };
}

function gatherChart(sources: Sources, assignment: Assignment, ofBase: ChartBase): ChartParts {
  const { base, path, directory } = assignment;
  const files = new Map<string, FileNode | string>(ofBase.files);
  const values = valuesChain(sources.config, path);
  for (const [at, file] of values) files.set(at, file);
  files.set(`${chartRoot}/kustomization.yaml`, writeKustomization({ resources: ['output.yaml'] }));
  const settings = mergeSettings(ofBase.settings, leafSettings(sources.config, directory));
  const releaseName = settings.releaseName ?? posix.basename(base.path);
  const problem = releaseNameProblem(releaseName);
  if (problem !== undefined) throw new Failure('RenderFailed', `${placeOf(sources.config, path)}: ${problem}.`);
  const chart: ChartPlan = {
    directory: `/main/${base.directory.path}`,
    outputFile: `${chartRoot}/output.yaml`,
    valuesFiles: [...values.keys()],
    releaseName,
    // Definitions that were left out would be a loss that nobody asked for.
    includeCRDs: settings.includeCRDs ?? true,
    apiVersions: settings.apiVersions ?? [],
    namespace: settings.namespace,
    kubeVersion: settings.kubeVersion,
    ...(typeof settings.hooks === 'object' ? { hookAnswers: settings.hooks } : { hooks: settings.hooks }),
    unstable: settings.unstable,
  };
  return { chart, files };
}

/** Finds every `values.yaml` from the root of the config branch down to the leaf, outermost first. */
function valuesChain(config: Source, leaf: string): ReadonlyMap<string, FileNode> {
  const names = leaf.split('/');
  const chain = new Map<string, FileNode>();
  for (let depth = 0; depth <= names.length; depth++) {
    const path = posix.join(...names.slice(0, depth), 'values.yaml');
    const found = findPath(config.root, path);
    if (found.kind === 'file') {
      checkSize(config, found.file, 'settings');
      chain.set(`${config.mount}/${path}`, found.file);
    }
    if (found.kind === 'broken') {
      throw new Failure('RenderFailed', `${placeOf(config, path)} cannot be read: ${found.why}.`);
    }
  }
  return chain;
}

/** Reads the settings beside the chart, which must be the one that they name. */
function vendoredSettings(main: Source, directory: DirectoryNode): HelmSettings {
  const settings = settingsIn(main, directory);
  const problem = namedChartProblem(main, directory, settings);
  if (problem === undefined) return settings;
  throw new Failure('RenderFailed', `${placeOf(main, posix.join(directory.path, 'helm.yaml'))}: ${problem}`);
}

function leafSettings(config: Source, directory: DirectoryNode): HelmSettings {
  const settings = settingsIn(config, directory);
  for (const key of ['chart', 'version'] as const) {
    if (settings[key] === undefined) continue;
    throw new Failure(
      'RenderFailed',
      `${placeOf(config, posix.join(directory.path, 'helm.yaml'))}: ${key}: a chart is promoted with its base: write it into helm.yaml beside the chart on main.`,
    );
  }
  return settings;
}

function settingsIn(source: Source, directory: DirectoryNode): HelmSettings {
  const file = directory.files.get('helm.yaml');
  if (file) checkSize(source, file, 'settings');
  return file ? readHelmSettings(source, file) : {};
}

/** Lists all files of a directory, symlinks followed: path in the renderer's file system → file. */
function readableFiles(source: Source, top: DirectoryNode): ReadonlyMap<string, FileNode> {
  const files = new Map<string, FileNode>();
  const walk = createWalk();
  const addFiles = (directory: DirectoryNode, path: string, trail: Trail) => {
    const circle = [...directory.directories].find(([, child]) => trail.includes(child));
    const [broken] = circle
      ? [[circle[0], 'it is a symlink to a directory that it lies in'] as const]
      : directory.broken;
    if (broken) {
      const place = placeOf(source, posix.join(path, broken[0]));
      throw new Failure('RenderFailed', `${place} cannot be read: ${broken[1]}.`);
    }
    for (const [name, file] of directory.files) files.set(`${source.mount}/${path}/${name}`, file);
    for (const [name, child] of walk(directory, trail)) addFiles(child, posix.join(path, name), [...trail, child]);
  };
  addFiles(top, top.path, [top]);
  return files;
}
