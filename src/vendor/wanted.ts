import { posix } from 'node:path';
import { type HelmSettings, readHelmSettings } from '../render/leaf/helm-settings.ts';
import { indexTree, type Source } from '../render/source/tree.ts';
import type { SourceTree } from '../render/types.ts';
import { lockName, readLock, type VendorLock } from './lock.ts';

/** A directory for which something is fetched, or was. */
export interface VendoredBase {
  /** The path from the root of the checkout. */
  readonly path: string;
  /** The settings of its `helm.yaml`, where that names a chart. */
  readonly settings: HelmSettings | undefined;
  readonly lock: VendorLock | undefined;
}

/** The files of a checkout, and those of its directories that are asked about. */
export interface Scope {
  readonly tree: SourceTree;
  readonly source: Source;
  /** Tells whether a path lies at or below one of those that a person named. */
  readonly includes: (path: string) => boolean;
}

/** Makes the scope of the directories that a person named; `''` is the whole checkout. */
export function scopeOf(tree: SourceTree, paths: readonly string[]): Scope {
  const isBelow = (path: string, above: string) => above === '' || path === above || path.startsWith(`${above}/`);
  return {
    tree,
    source: indexTree(tree, '/main'),
    includes: (path) => paths.some((above) => isBelow(path, above)),
  };
}

/**
 * Lists the directories whose `helm.yaml` names a chart, and those that have a `vendor.lock`, sorted by path. Throws
 * `Failure` for a file of either that cannot be read.
 */
export function vendoredBases({ tree, source, includes }: Scope): readonly VendoredBase[] {
  const paths = [...tree.files.keys()].filter((path) => ['helm.yaml', lockName].includes(posix.basename(path)));
  const directories = [...new Set(paths.map((path) => posix.dirname(path)))].map((path) => (path === '.' ? '' : path));
  return directories
    .filter((path) => includes(path) && !isInsideChart(tree, path))
    .sort()
    .map((path) => vendoredBase({ tree, source }, path))
    .filter(({ settings, lock }) => settings !== undefined || lock !== undefined);
}

function vendoredBase({ tree, source }: Pick<Scope, 'tree' | 'source'>, path: string): VendoredBase {
  const fileAt = (name: string) => {
    const at = posix.join(path, name);
    const file = tree.files.get(at);
    return file && { at, file };
  };
  const helm = fileAt('helm.yaml');
  const settings =
    helm &&
    readHelmSettings(source, {
      path: helm.at,
      oid: helm.file.oid,
      size: helm.file.size ?? helm.file.content?.length ?? 0,
      content: helm.file.content,
    });
  const lock = fileAt(lockName);
  return {
    path,
    settings: settings?.chart === undefined ? undefined : settings,
    lock: lock?.file.content && readLock(lock.at, lock.file.content),
  };
}

/** Tells whether a chart lies above a directory: what is in a chart is the chart's. */
export function isInsideChart(tree: SourceTree, path: string): boolean {
  for (let above = posix.dirname(path); above !== '.' && above !== path; above = posix.dirname(above)) {
    if (tree.files.has(`${above}/Chart.yaml`)) return true;
  }
  return false;
}

/** Tells whether a file in the directory of a chart is no part of the chart: Fairlead reads it. */
export function isOfFairlead(name: string): boolean {
  return name === 'helm.yaml' || name === lockName;
}

/** Answers the files of a chart's directory by path below it, without those that Fairlead reads. */
export function contentsOf(tree: SourceTree, directory: string): ReadonlyMap<string, Buffer> {
  return new Map([...filesBelow(tree, directory)].filter(([name]) => !isOfFairlead(name)));
}

/** Answers the files of a directory by path below it. */
export function filesBelow(tree: SourceTree, directory: string): ReadonlyMap<string, Buffer> {
  const prefix = directory === '' ? '' : `${directory}/`;
  const contents = new Map<string, Buffer>();
  for (const [path, { content, oid }] of tree.files) {
    // What is too large to be read is something else than what was fetched, whatever it is.
    if (path.startsWith(prefix)) contents.set(path.slice(prefix.length), content ?? Buffer.from(oid));
  }
  return contents;
}

/** The files that a directory is to hold, by path below it, and those of which nothing else may stay. */
export interface WantedFiles {
  readonly directory: string;
  readonly wanted: ReadonlyMap<string, Buffer>;
  readonly isOurs: (name: string) => boolean;
}

/** Lists what differs between a directory and what it is to hold, by path from the root; `null` is to be removed. */
export function changesFrom(
  tree: SourceTree,
  { directory, wanted, isOurs }: WantedFiles,
): ReadonlyMap<string, Buffer | null> {
  const changes = new Map<string, Buffer | null>();
  for (const name of filesBelow(tree, directory).keys()) {
    if (isOurs(name) && !wanted.has(name)) changes.set(posix.join(directory, name), null);
  }
  for (const [name, content] of wanted) {
    const path = posix.join(directory, name);
    if (tree.files.get(path)?.content?.equals(content) !== true) changes.set(path, content);
  }
  return changes;
}
