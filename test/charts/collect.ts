import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { parse, parseDocument } from 'yaml';
import type { ChartFiles } from '../support/servers/chart-server.ts';

/** A chart of the folder. */
export interface FoundChart {
  /** Whose it is: the directory of the folder in which it lies, such as `bitnami/charts`. */
  readonly owner: string;
  readonly name: string;
  readonly version: string;
  /** A library yields no objects: it is there for those that depend on it. */
  readonly isLibrary: boolean;
  readonly files: ChartFiles;
}

/** A chart's own words about itself. */
interface ChartFile {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly type?: unknown;
}

/**
 * Lists the charts below a folder: directories with a Chart.yaml, but for charts in charts, and archives. Each directory of
 * the folder is an owner's, whose name says so with a "+" for a slash: `bitnami+charts`.
 */
export function collectCharts(folder: string): readonly FoundChart[] {
  return withDirectory((empty) => {
    // git lists the files of a directory that is in none of its repositories by means of an empty one.
    spawnSync('git', ['init', '--quiet', '--bare', '--template=', empty]);
    return chartsBelow(folder, empty).map(({ path, ...chart }) => {
      const [first = ''] = relative(folder, path).split(sep);
      const isItself = path === join(folder, first) && !first.includes('+');
      return { ...chart, owner: isItself ? '' : first.replaceAll('+', '/') };
    });
  });
}

/** Hands over a new directory, and removes it afterwards. */
function withDirectory<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-charts-'));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A chart, and the directory or the archive in which it lies. */
type PlacedChart = Omit<FoundChart, 'owner'> & { readonly path: string };

function chartsBelow(folder: string, empty: string): readonly PlacedChart[] {
  const found: PlacedChart[] = [];
  const visit = (directory: string) => {
    const entries = readdirSync(directory, { withFileTypes: true });
    if (entries.some(({ name }) => name === 'Chart.yaml')) {
      found.push(...chartIn(directory, empty));
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(directory, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.')) visit(path);
      if (entry.isFile() && entry.name.endsWith('.tgz')) found.push(...chartInArchive(path, empty));
    }
  };
  visit(folder);
  return found;
}

function chartInArchive(archive: string, empty: string): readonly PlacedChart[] {
  return withDirectory((directory) => {
    const { status } = spawnSync('tar', ['--extract', '--gzip', '--file', archive, '--directory', directory]);
    return status === 0 ? chartsBelow(directory, empty).map((chart) => ({ ...chart, path: archive })) : [];
  });
}

/** Reads a chart; one that does not say what it is called is none. */
function chartIn(directory: string, empty: string): readonly PlacedChart[] {
  let file: ChartFile;
  try {
    file = parse(readFileSync(join(directory, 'Chart.yaml'), 'utf8'));
  } catch {
    return [];
  }
  const { name, version, type } = file ?? {};
  if (typeof name !== 'string' || !/^[a-z0-9][\w.-]*$/i.test(name)) return [];
  if (typeof version !== 'string' || !semantic.test(version)) return [];
  return [{ path: directory, name, version, isLibrary: type === 'library', files: filesIn(directory, empty) }];
}

const semantic = /^v?(\d+)\.(\d+)\.(\d+)(-[\w.-]+)?(?:\+[\w.-]+)?$/;

/** Answers each owner's chart in its newest version. */
export function newestOf(charts: readonly FoundChart[]): readonly FoundChart[] {
  const newest = new Map<string, FoundChart>();
  for (const chart of charts) {
    const key = `${chart.owner} ${chart.name}`;
    const other = newest.get(key);
    if (!other || compareVersions(chart.version, other.version) > 0) newest.set(key, chart);
  }
  return [...newest.values()];
}

function compareVersions(one: string, other: string): number {
  const [, ...a] = semantic.exec(one) ?? [];
  const [, ...b] = semantic.exec(other) ?? [];
  for (const index of [0, 1, 2]) {
    const difference = Number(a[index]) - Number(b[index]);
    if (difference !== 0) return difference;
  }
  // A release comes after what led to it.
  return Number(a[3] === undefined) - Number(b[3] === undefined) || (a[3] ?? '').localeCompare(b[3] ?? '');
}

/** Reads what `helm package` would take: what .helmignore does not name. Its rules are those of git. */
function filesIn(directory: string, empty: string): ChartFiles {
  const rules = existsSync(join(directory, '.helmignore')) ? ['--exclude-from=.helmignore'] : [];
  const args = ['--git-dir', empty, '--work-tree', '.', 'ls-files', '--others', '-z', ...rules];
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: directory, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status !== 0) throw new Error(`git lists no files of ${directory}: ${stderr}`);
  const paths = stdout.split('\0').filter((path) => path !== '' && lstatSync(join(directory, path)).isFile());
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(directory, path))]));
}

/**
 * Answers a chart whose missing dependencies lie in `repository`, which is this machine: what a chart names elsewhere is
 * taken from the folder, and nothing is asked of the network. Those that are there stay.
 */
export function withDependenciesIn(repository: string, chart: FoundChart): FoundChart {
  const files = { ...chart.files };
  for (const name of ['Chart.yaml', 'requirements.yaml']) {
    const content = files[name];
    if (content === undefined) continue;
    const document = parseDocument(content.toString('utf8'));
    const { dependencies } = document.toJS() ?? {};
    if (!Array.isArray(dependencies)) continue;
    for (const index of dependencies.keys()) document.setIn(['dependencies', index, 'repository'], repository);
    files[name] = document.toString();
  }
  // They lock what lies in other repositories.
  delete files['Chart.lock'];
  delete files['requirements.lock'];
  return { ...chart, files };
}
