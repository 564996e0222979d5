import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeEnvironment } from '../../../src/activities/compose-environment.ts';
import { provenanceAt } from '../../../src/activities/gitops-branch.ts';
import { loadTree } from '../../../src/activities/source-tree.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import type { RecordEntry } from '../../../src/record/entry.ts';
import { printEntry } from '../../../src/record/lines.ts';
import { ensureRenderer } from '../../../src/render/renderer/ensure.ts';
import { createRendererPool } from '../../../src/render/renderer/pool.ts';
import { createTestRepository, type FileChange, type TestRepository, temporaryDirectory } from '../../support/git.ts';
import { environmentFile, manifest } from './platform-repository.ts';
import { fairlead, type Ran } from './test-io.ts';

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
}

/** A source repository with the environments dev and qa, and the GitOps repository of both. */
export function createWorld({ gitops: given, settings = [] }: WorldOptions = {}): World {
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
    run: (args, cache = 'cache') => fairlead(args, { env: environmentOf(directory, source.path, settings, cache) }),
    close: remove,
  };
  return world;
}

function environmentOf(directory: string, source: string, settings: readonly string[], cache: string) {
  const file = join(directory, 'worker.yaml');
  mkdirSync(directory, { recursive: true });
  const lines = ['apiVersion: fairlead.dev/v1', 'kind: Worker', 'renderer: { processes: 1 }', ...settings];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return {
    // The mirrors are this test's own; the renderer is the one that is built already.
    HOME: process.env.HOME,
    FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER,
    FAIRLEAD_SETTINGS: file,
    FAIRLEAD_CACHE: join(directory, cache),
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
