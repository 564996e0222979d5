import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, sep } from 'node:path';
import { Failure } from '../failure.ts';
import type { BasePlan, VendorPermits } from './base-plan.ts';
import { type ChartRecord, digestFiles, lockName, lockText } from './lock.ts';
import type { FetchChart } from './program.ts';
import { changesFrom, contentsOf, isOfFairlead, type Scope, type VendoredBase } from './wanted.ts';

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
    changes: changesFrom(tools.scope.tree, { directory: path, wanted, isOurs: (name) => !isOfFairlead(name) }),
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
