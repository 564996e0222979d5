import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, sep } from 'node:path';
import { Failure } from '../failure.ts';
import { type ChartRecord, digestFiles, lockName, lockText } from './lock.ts';
import type { FetchChart } from './program.ts';
import { contentsOf, type Scope, type VendoredBase } from './wanted.ts';

/** What is to be done to a base. Nothing is written before all of them are known. */
export interface BasePlan {
  readonly path: string;
  /** What is fetched, for people: `oci://… 1.2.3`. */
  readonly what: string;
  readonly digest: string;
  /** What was there before; undefined: nothing that was recorded. */
  readonly before: string | undefined;
  /** New contents by path from the root of the checkout; `null` removes the file. */
  readonly changes: ReadonlyMap<string, Buffer | null>;
}

/** What a person allows. */
export interface VendorPermits {
  /** Other content under a version that was fetched before. */
  readonly acceptDigest: boolean;
  /** To write over files that were not fetched, or changed since. */
  readonly force: boolean;
  /** Hosts that may be asked without TLS. */
  readonly plainHttp: readonly string[];
}

/** The means of a run. */
export interface ChartTools {
  readonly scope: Scope;
  readonly fetch: FetchChart;
  readonly permits: VendorPermits;
}

/** Fetches the chart that a base's `helm.yaml` names, and plans what to write. Throws `Failure` with what to do. */
export async function planChart(base: VendoredBase, tools: ChartTools): Promise<BasePlan> {
  const { path, settings, lock } = base;
  const source = settings?.chart ?? '';
  const version = settings?.version ?? '';
  const file = posix.join(path, 'helm.yaml');
  const { record, files } = await fetchFiles({ source, version, before: lock?.chart }, tools).catch((error) => {
    throw error instanceof Failure ? new Failure(error.type, `${file}: ${error.message}`) : error;
  });
  checkDigest(file, lock?.chart, { record, permits: tools.permits });
  const own = contentsOf(tools.scope.tree, path);
  if (!tools.permits.force) refuseForeign({ base, own, files, content: record.content });
  const before = lock?.chart && `${lock.chart.source} ${lock.chart.version}`;
  const wanted = new Map([...files, [lockName, Buffer.from(lockText({ remotes: [], ...lock, chart: record }))]]);
  return {
    path,
    what: `${record.source} ${record.version}`,
    digest: record.digest,
    before,
    changes: changesFrom(tools.scope, path, wanted),
  };
}

interface Asked {
  readonly source: string;
  readonly version: string;
  readonly before: ChartRecord | undefined;
}

async function fetchFiles({ source, version, before }: Asked, { fetch, permits }: ChartTools) {
  const into = await mkdtemp(join(tmpdir(), 'fairlead-vendor-'));
  try {
    const { digest, dependencies } = await fetch({
      source,
      version,
      into,
      recorded: permits.acceptDigest ? [] : (before?.dependencies ?? []),
      recordedDigest: before?.digest ?? '',
      plainHttp: permits.plainHttp,
    });
    const files = await readFiles(into);
    const record: ChartRecord = {
      source,
      version,
      digest,
      dependencies: dependencies ?? [],
      content: digestFiles(files),
    };
    return { record, files };
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

async function readFiles(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = new Map<string, Buffer>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    files.set(
      path
        .slice(directory.length + 1)
        .split(sep)
        .join('/'),
      await readFile(path),
    );
  }
  return files;
}

function checkDigest(
  file: string,
  before: ChartRecord | undefined,
  { record, permits }: { readonly record: ChartRecord; readonly permits: VendorPermits },
): void {
  if (before?.source !== record.source || before.version !== record.version || before.digest === record.digest) return;
  if (permits.acceptDigest) return;
  throw new Failure(
    'Refused',
    `${file}: ${record.source} ${record.version} was ${before.digest} when it was fetched, and is ${record.digest} now: other content was published under the same version. ` +
      'Ask whoever publishes it. If that is right, run `fairlead vendor` once with --accept-digest; else name another version.',
  );
}

/** Throws where a file would be lost that nobody could fetch again. */
function refuseForeign({
  base: { path, lock },
  own,
  files,
  content,
}: {
  readonly base: VendoredBase;
  readonly own: ReadonlyMap<string, Buffer>;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly content: string;
}): void {
  const found = digestFiles(own);
  if (own.size === 0 || found === lock?.chart?.content || found === content) return;
  const differing = [...own].filter(([name, bytes]) => files.get(name)?.equals(bytes) !== true).map(([name]) => name);
  const some = differing.slice(0, 5).join(', ') || 'some are missing';
  const more = differing.length > 5 ? ` and ${differing.length - 5} more` : '';
  throw new Failure(
    'Refused',
    `${path}: the files here are not what was fetched${lock?.chart ? ' the last time' : ''} (compared with the chart now: ${some}${more}), and would be lost. ` +
      'Move your own files elsewhere, and make changes in the kustomization of the leaf; or write over them with --force.',
  );
}

/** Lists what differs between a directory and what it is to hold, by path from the root. `helm.yaml` is left alone. */
function changesFrom(
  { tree }: Scope,
  directory: string,
  wanted: ReadonlyMap<string, Buffer>,
): ReadonlyMap<string, Buffer | null> {
  const changes = new Map<string, Buffer | null>();
  for (const name of contentsOf(tree, directory).keys()) {
    if (!wanted.has(name)) changes.set(posix.join(directory, name), null);
  }
  for (const [name, content] of wanted) {
    const path = posix.join(directory, name);
    if (tree.files.get(path)?.content?.equals(content) !== true) changes.set(path, content);
  }
  return changes;
}
