import { Failure } from '../../src/failure.ts';
import { renderPlatform, withoutBranch } from '../../src/render/platform.ts';
import type { Renderer, SourceFile, SourceTree } from '../../src/render/types.ts';
import { planChart } from '../../src/vendor/chart.ts';
import { lockName, readLock } from '../../src/vendor/lock.ts';
import type { FetchChart } from '../../src/vendor/program.ts';
import { scopeOf, vendoredBases } from '../../src/vendor/wanted.ts';
import { type Answer, answersTo } from './answers.ts';

/** What came of a chart. */
export interface ChartResult {
  readonly owner: string;
  readonly name: string;
  readonly version: string;
  /** How many dependencies its own files lack. */
  readonly fetched: number;
  /** What `helm.yaml` has to say, a line each. */
  readonly answers: readonly Answer[];
  readonly objects: number;
  /** Why it does not render; undefined: it does. */
  readonly problem: string | undefined;
}

/** The means to try charts. */
export interface Trial {
  /** The address of the registry, `oci://…`, in which each owner's charts lie below its name. */
  readonly registry: string;
  readonly fetch: FetchChart;
  readonly renderer: Renderer;
}

/** The most lines of `helm.yaml` that are tried. */
const mostAnswers = 40;

/** Fetches a chart into a base, and renders it with default values; what the renderer asks for is answered. */
export async function tryChart(
  { owner, name, version }: Pick<ChartResult, 'owner' | 'name' | 'version'>,
  trial: Trial,
): Promise<ChartResult> {
  const none = { owner, name, version, fetched: 0, answers: [], objects: 0, problem: undefined };
  const named = { chart: `${trial.registry}/${registryPath({ owner, name })}`, version };
  try {
    const files = await fetchedFiles(named, trial);
    const lock = readLock(lockName, files.get(`${base}/${lockName}`) ?? Buffer.alloc(0));
    const fetched = lock.chart?.dependencies.length ?? 0;
    return { ...none, fetched, ...(await renderWithAnswers(files, named, trial.renderer)) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...none, problem: error.message };
  }
}

/** Answers the path of a chart in the registry, in letters that a registry takes. */
export function registryPath({ owner, name }: Pick<ChartResult, 'owner' | 'name'>): string {
  return `${owner === '' ? 'folder' : owner}/${name}`.toLowerCase();
}

const base = 'apps/chart';

interface NamedChart {
  readonly chart: string;
  readonly version: string;
}

async function fetchedFiles(named: NamedChart, trial: Trial): Promise<ReadonlyMap<string, Buffer>> {
  const scope = scopeOf(treeOf('main', new Map([[`${base}/helm.yaml`, helmYaml(named, [])]])), ['']);
  const [wanted] = vendoredBases(scope);
  if (!wanted) throw new Error('helm.yaml names no chart.');
  const permits = { acceptDigest: false, force: false, plainHttp: [] };
  const { changes } = await planChart(wanted, { scope, fetch: trial.fetch, permits });
  return new Map([...changes].flatMap(([path, content]) => (content ? [[path, content] as const] : [])));
}

async function renderWithAnswers(
  files: ReadonlyMap<string, Buffer>,
  named: NamedChart,
  renderer: Renderer,
): Promise<Pick<ChartResult, 'answers' | 'objects' | 'problem'>> {
  const answers: Answer[] = [];
  for (;;) {
    const main = treeOf('main', new Map([...files, [`${base}/helm.yaml`, helmYaml(named, answers)]]));
    const config = treeOf('config', new Map([[`all/${base}/.gitkeep`, Buffer.alloc(0)]]));
    const inputs = { main, config, environment: 'dev', sourceRepositories: [], alsoBases: new Set<string>() };
    try {
      const { objects } = await renderPlatform(inputs, renderer, { held: withoutBranch });
      return { answers, objects, problem: undefined };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const more = answersTo(error.message, answers);
      if (more.length === 0 || answers.length > mostAnswers) return { answers, objects: 0, problem: error.message };
      answers.push(...more);
    }
  }
}

function helmYaml({ chart, version }: NamedChart, answers: readonly Answer[]): Buffer {
  const hooks = answers.flatMap((answer) => (answer.kind === 'hooks' ? [`hooks: ${answer.value}`] : []));
  const unstable = answers.flatMap((answer) => (answer.kind === 'unstable' ? [`- ${answer.value}`] : []));
  const lines = [
    `chart: ${chart}`,
    `version: ${JSON.stringify(version)}`,
    'releaseName: chart',
    'namespace: chart',
    ...hooks,
    ...(unstable.length > 0 ? ['unstable:', ...unstable] : []),
  ];
  return Buffer.from(`${lines.join('\n')}\n`);
}

function treeOf(revision: string, files: ReadonlyMap<string, Buffer>): SourceTree {
  const entries = [...files].map(([path, content]): readonly [string, SourceFile] => [
    path,
    { mode: '100644', oid: `${path}:${content.toString('base64url', 0, 24)}:${content.length}`, content },
  ]);
  return { revision, files: new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1))) };
}
