import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentRow } from '../../../../src/cli/environments/row.ts';
import { createGitRepositories } from '../../../../src/git/repositories.ts';
import { composeEnvironment } from '../../../../src/gitops/compose-environment.ts';
import { provenanceAt } from '../../../../src/gitops/gitops-branch.ts';
import { loadTree } from '../../../../src/gitops/load-tree.ts';
import type { RecordEntry } from '../../../../src/record/entry.ts';
import { printEntry } from '../../../../src/record/lines.ts';
import { ensureRenderer } from '../../../../src/render/renderer/ensure.ts';
import { createRendererPool } from '../../../../src/render/renderer/pool.ts';
import {
  createTestRepository,
  type FileChange,
  type TestRepository,
  temporaryDirectory,
} from '../../../support/git.ts';
import { environmentFile, manifest } from '../platform-repository.ts';
import { fairlead, type Ran } from '../test-io.ts';

export interface World {
  readonly directory: string;
  readonly source: TestRepository;
  readonly gitops: TestRepository;
  /** A commit on main that changes what is rendered. */
  change(size: string): string;
  /** A commit on main that changes nothing of what is rendered. */
  changeNothing(): string;
  /** Commits to an environment's branch what this pair renders to, as a merged request does. Default: the heads. */
  deploy(environment: string, pair?: { readonly main?: string; readonly config?: string }): Promise<Deployment>;
  /** Adds to the record of an environment, as whoever may push can. */
  note(environment: string, commit: string, line: RecordEntry | string): void;
  /** Runs a command with the cache of this name. */
  run(args: readonly string[], cache?: string): Promise<Ran>;
  close(): void;
}

/** A pair, and the commit of the environment's branch that it was deployed by. */
export interface Deployment {
  readonly commit: string;
  readonly main: string;
  readonly config: string;
}

export interface WorldOptions {
  /** Default: a local repository. The same, as the files name it. */
  readonly gitops?: { readonly directory: string; readonly url: string };
  /** Lines of the worker's settings. */
  readonly settings?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** What the record says was healthy. */
export const healthy = { total: 3, healthy: 3 };

/** A time of March. */
export const at = (day: number) => `2026-03-0${day}T10:00:05.123Z`;

/** As people read a commit's id. */
export function sha(commit: string | undefined): string {
  return (commit ?? '').slice(0, 8);
}

/** What tests of the table do again and again, in the world of the moment. */
export function helpers(world: () => World) {
  const noteOf = (
    environment: string,
    { commit, main, config }: Deployment,
    entry: Omit<RecordEntry, 'main' | 'config'>,
  ) => world().note(environment, commit, { ...entry, main, config });
  return {
    noteOf,
    /** Deployed on day 1, promoted on day 2. */
    async promote(environment: string): Promise<Deployment> {
      const deployment = await world().deploy(environment);
      noteOf(environment, deployment, {
        time: at(1),
        event: 'deployed',
        operation: 'promotion',
        by: 'Ada',
        request: 7,
      });
      noteOf(environment, deployment, { time: at(2), event: 'promoted', operation: 'promotion', clusters: healthy });
      return deployment;
    },
    async rowOf(environment: string, cache?: string): Promise<EnvironmentRow> {
      const { out } = await world().run(['environments', '--json'], cache);
      const { environments } = JSON.parse(out) as { readonly environments: readonly EnvironmentRow[] };
      const row = environments.find((each) => each.environment === environment);
      if (row === undefined) throw new Error(`no row of ${environment} in ${out}`);
      return row;
    },
  };
}

/** A source repository with the environments dev and qa, and the GitOps repository of both. */
export function createWorld({ gitops: given, settings = [], env = {} }: WorldOptions = {}): World {
  const { path: directory, remove } = temporaryDirectory('environments');
  const source = createTestRepository(join(directory, 'acme/platform.git'));
  const gitops = createTestRepository(given?.directory ?? join(directory, 'acme/gitops.git'));
  const url = given?.url ?? gitops.path;
  const platform = `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${url} }\nstages: [dev, qa]\n`;
  const base = (size: string) => ({
    'apps/shop/shop.yaml': `${manifest('ConfigMap', 'shop', 'shop')}data: { size: ${JSON.stringify(size)} }\n`,
  });
  source.commit('main', { 'fairlead.yaml': platform, ...base('small') });
  for (const name of ['dev', 'qa']) {
    source.commit(name, {
      'fairlead.yaml': environmentFile('clusters: none'),
      'west/apps/shop/overlays/shop.yaml': `${manifest('ConfigMap', 'shop', 'shop')}data: { environment: ${name} }\n`,
    });
    gitops.commit(name, {});
  }
  let changes = 0;
  const world: World = {
    directory,
    source,
    gitops,
    change: (size) => source.commit('main', base(size)),
    changeNothing: () => source.commit('main', { 'README.md': `Read me, ${++changes}.\n` }),
    async deploy(environment, pair = {}) {
      const main = pair.main ?? source.head('main') ?? '';
      const config = pair.config ?? source.head(environment) ?? '';
      const files = await rendered(world, environment, { main, config });
      return { commit: gitops.commit(environment, files, { message: `Deploy ${main}` }), main, config };
    },
    note(environment, commit, line) {
      const text = typeof line === 'string' ? line : printEntry(line);
      gitops.git(['notes', `--ref=fairlead/${environment}`, 'append', '-m', text, commit]);
    },
    run: (args, cache = 'cache') =>
      fairlead(args, {
        env: { ...noTemporal, ...environmentOf(directory, source.path, [`cache: ${cache}`, ...settings]), ...env },
      }),
    close: remove,
  };
  return world;
}

/** Nothing of the machine's own is asked. */
const noTemporal = { TEMPORAL_ADDRESS: '127.0.0.1:1' };

function environmentOf(directory: string, source: string, settings: readonly string[]) {
  const file = join(directory, 'worker.yaml');
  mkdirSync(directory, { recursive: true });
  const head = ['apiVersion: fairlead.dev/v1', 'kind: Worker', 'renderer: { processes: 1 }'];
  writeFileSync(file, `${[...head, ...settings].join('\n')}\n`);
  return {
    // The mirrors are this test's own; the renderer is the one that is built already.
    HOME: process.env.HOME,
    FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER,
    FAIRLEAD_SETTINGS: file,
    FAIRLEAD_SOURCE: source,
  };
}

/** What an environment's branch has to become. */
async function rendered(
  world: World,
  environment: string,
  pair: { readonly main: string; readonly config: string },
): Promise<Readonly<Record<string, FileChange>>> {
  const repositories = createGitRepositories({ cacheDir: join(world.directory, 'deploying') });
  const gitops = repositories.open(world.gitops.path);
  const head = await gitops.branchHead(environment);
  if (head === undefined) throw new Error(`there is no branch ${environment}`);
  const branch = (await provenanceAt(gitops, head)) === undefined ? undefined : await loadTree(gitops, head);
  const renderer = createRendererPool({
    binary: await ensureRenderer(),
    size: 1,
    timeoutMs: 60_000,
    memoryLimitBytes: 512 * 1024 * 1024,
  });
  try {
    const source = repositories.open(world.source.path);
    const { changes } = await composeEnvironment({ source, environment, ...pair, renderer, ...(branch && { branch }) });
    return Object.fromEntries(changes);
  } finally {
    await renderer.close();
  }
}
