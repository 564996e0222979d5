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
function isInsideChart(tree: SourceTree, path: string): boolean {
  for (let above = posix.dirname(path); above !== '.' && above !== path; above = posix.dirname(above)) {
    if (tree.files.has(`${above}/Chart.yaml`)) return true;
  }
  return false;
}

/** Answers the files of a directory by path below it, without those that Fairlead reads and the chart does not have. */
export function contentsOf(tree: SourceTree, directory: string): ReadonlyMap<string, Buffer> {
  const prefix = directory === '' ? '' : `${directory}/`;
  const contents = new Map<string, Buffer>();
  for (const [path, { content, oid }] of tree.files) {
    if (!path.startsWith(prefix)) continue;
    const inside = path.slice(prefix.length);
    // What is too large to be read is something else than what was fetched, whatever it is.
    if (!['helm.yaml', lockName].includes(inside)) contents.set(inside, content ?? Buffer.from(oid));
  }
  return contents;
}
