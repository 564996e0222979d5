import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mainFiles } from '../../../../demo/sample/commits.ts';
import { configBranch } from '../../../../demo/sample/config-branch.ts';
import { type SampleEnvironment, sampleEnvironments } from '../../../../demo/sample/environments.ts';
import { createTestRepository, git, type TestRepository, temporaryDirectory } from '../../../support/git.ts';
import { fairlead, type Ran } from '../test-io.ts';

/** The platform of the demo: its source, and the GitOps repositories of its environments, on this machine. */
export interface DemoWorld {
  readonly directory: string;
  readonly source: TestRepository;
  gitopsOf(environment: string): TestRepository;
  /** Commits to an environment's branch what it is rendered to now. */
  deploy(environment: string): Promise<void>;
  /** Makes a checkout of a branch, and answers its directory. */
  clone(branch: string): string;
  /** Runs a command in a directory. */
  run(args: readonly string[], options?: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv }): Promise<Ran>;
  close(): void;
}

/** Seeds the repositories of the demo. `change` takes part in the environments before they are committed. */
export async function createDemoWorld(
  change: (environment: SampleEnvironment) => SampleEnvironment = (environment) => environment,
): Promise<DemoWorld> {
  const { path: directory, remove } = temporaryDirectory('diff');
  const repository = (name: string) => createTestRepository(join(directory, `${name}.git`));
  const source = repository('acme/platform');
  const gitops = new Map(['acme/platform-gitops', 'acme/platform-gitops-prod'].map((name) => [name, repository(name)]));
  const gitopsOf = (name: string) => {
    const found = gitops.get(sampleEnvironments.find((each) => each.name === name)?.gitopsRepository ?? '');
    if (found === undefined) throw new Error(`the demo has no environment ${name}`);
    return found;
  };
  // What kustomizations refer to stays: fairlead.yaml says that it is this very repository.
  const here = (files: ReadonlyMap<string, string>) => {
    const file = (files.get('fairlead.yaml') ?? '').replace(
      /(gitops: \{ repository: )https:\/\/github\.com\/([^\s,}]+)/,
      (_, begin: string, name: string) => `${begin}${join(directory, `${name}.git`)}`,
    );
    return Object.fromEntries([...files, ['fairlead.yaml', file]]);
  };
  source.commit('main', here(await mainFiles()));
  for (const environment of sampleEnvironments) {
    source.commit(environment.name, here(configBranch(change(environment))));
    gitopsOf(environment.name).commit(environment.name, {});
  }
  const settings = join(directory, 'worker.yaml');
  writeFileSync(settings, 'apiVersion: fairlead.dev/v1\nkind: Worker\ncache: cache\nrenderer: { processes: 1 }\n');
  const world: DemoWorld = {
    directory,
    source,
    gitopsOf,
    async deploy(environment) {
      const out = join(directory, 'rendered', environment);
      const { code, err } = await world.run([
        ...['render', '--source', source.path, '--main', 'main'],
        ...['--environment', environment, '--out', out],
      ]);
      if (code !== 0) throw new Error(err);
      gitopsOf(environment).commit(environment, filesBelow(out));
    },
    clone(branch) {
      const path = join(directory, 'clones', branch);
      git(directory, ['clone', '--quiet', '--branch', branch, source.path, path]);
      return path;
    },
    run: (args, { cwd = '/', env = {} } = {}) =>
      fairlead(args, {
        cwd,
        // The mirrors are this test's own; the renderer is the one that is built already.
        env: {
          HOME: process.env.HOME,
          FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER,
          FAIRLEAD_SETTINGS: settings,
          ...env,
        },
      }),
    close: remove,
  };
  return world;
}

function filesBelow(directory: string): Readonly<Record<string, string>> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return Object.fromEntries(files.map((file) => [file.slice(directory.length + 1), readFileSync(file, 'utf8')]));
}
