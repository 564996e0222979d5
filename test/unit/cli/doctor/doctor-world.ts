import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFleet } from '../../../../fakes/flux/start.ts';
import type { ClusterOptions, RunningFleet } from '../../../../fakes/flux/types.ts';
import { type RunningForge, startForge } from '../../../../fakes/github/start.ts';
import { sourceCheck } from '../../../../src/cli/doctor/ask/source.ts';
import { doctorParts } from '../../../../src/cli/doctor/doctor.ts';
import type { DoctorFinding } from '../../../../src/cli/doctor/finding.ts';
import { runChecks } from '../../../../src/cli/doctor/run-checks.ts';
import type { Io } from '../../../../src/cli/io.ts';
import { Failure } from '../../../../src/failure.ts';
import { printProvenance } from '../../../../src/render/layout/provenance.ts';
import { loadSettings } from '../../../../src/settings/settings.ts';
import { createTestRepository, type TestRepository, temporaryDirectory } from '../../../support/git.ts';
import { environmentFile, manifest } from '../platform-repository.ts';

export const token = 'ghp_bot0123456789';

/** A platform with the environment dev on a forge and one cluster, and the settings of its worker. */
export interface DoctorWorld {
  readonly server: RunningForge;
  readonly source: TestRepository;
  readonly gitops: TestRepository;
  readonly gitopsUrl: string;
  readonly directory: string;
  /** Replaces the Environment file of dev. */
  policy(...lines: readonly string[]): void;
  /** Starts the cluster dev-1, which applies `west`, unless the options say otherwise. */
  startCluster(options?: Partial<ClusterOptions>): Promise<RunningFleet>;
  /** Looks at the platform as `fairlead doctor` does. */
  look(options?: LookOptions): Promise<readonly DoctorFinding[]>;
  /** The environment variables of a command. */
  env(options?: LookOptions): NodeJS.ProcessEnv;
  close(): Promise<void>;
}

export interface LookOptions {
  readonly token?: string;
  /** The forge, as the settings write it. Default: the server's, with the token. */
  readonly forge?: string;
  /** Lines of the worker's settings. */
  readonly settings?: readonly string[];
  readonly limitMs?: number;
  readonly environment?: string;
  readonly url?: string;
  readonly clusters?: 'not installed';
}

export async function createDoctorWorld(): Promise<DoctorWorld> {
  const { path: directory, remove } = temporaryDirectory('doctor');
  const server = await startForge({ directory: join(directory, 'forge'), token });
  const repository = await server.createRepository('acme', 'gitops');
  const gitops = createTestRepository(repository.directory);
  gitops.commit('dev', deployed());
  const source = createTestRepository(join(directory, 'platform.git'));
  const platform = `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${repository.url} }\nstages: [dev]\n`;
  source.commit('main', { 'fairlead.yaml': platform });
  const policy = (...lines: readonly string[]) =>
    void source.commit('dev', { 'fairlead.yaml': environmentFile(...lines) });
  policy('clusters: [{ name: dev-1, group: west }]');
  let fleet: RunningFleet | undefined;

  const ownForge = `{ host: "${server.host}", kind: github, api: "${server.apiUrl}", token: { env: BOT_TOKEN } }`;
  const env = ({ token: used = token, settings = [], ...options }: LookOptions = {}): NodeJS.ProcessEnv => {
    const file = join(directory, 'worker.yaml');
    const { forge = ownForge } = options;
    const kubeconfig = fleet?.kubeconfigPath ?? join(directory, 'kubeconfig');
    const lines = [`forges: [${forge}]`, `cache: ${directory}/cache`, `kubeconfig: ${kubeconfig}`, ...settings];
    writeFileSync(file, `apiVersion: fairlead.dev/v1\nkind: Worker\n${lines.join('\n')}\n`);
    return { PATH: process.env.PATH, HOME: '/nonexistent', FAIRLEAD_SETTINGS: file, BOT_TOKEN: used };
  };
  return {
    server,
    source,
    gitops,
    gitopsUrl: repository.url,
    directory,
    policy,
    async startCluster(options = {}) {
      const cluster = {
        name: 'dev-1',
        environment: 'dev',
        gitops: { url: repository.url, branch: 'dev' },
        paths: ['west'],
        ...options,
      };
      const timings = { pullMs: 50, intervalMs: 200, retryMs: 100, applyMs: 10, healthMs: 10 };
      fleet = await startFleet({ clusters: [cluster], gitToken: token, timings });
      return fleet;
    },
    env,
    async look(options = {}) {
      const io: Io = { out: () => {}, err: () => {}, interactive: false, env: env(options), cwd: '/' };
      const settings = await loadSettings(io.env);
      const { limitMs = 10_000, environment, url = source.path, clusters } = options;
      const parts = await doctorParts(settings, { limitMs }, io);
      const used =
        clusters === 'not installed'
          ? { ...parts, clusters: new Failure('InvalidConfig', 'The worker is not installed.') }
          : parts;
      return runChecks([sourceCheck(used, { url, environment })]);
    },
    async close() {
      await fleet?.close();
      await server.close();
      remove();
    },
  };
}

/** What a promotion has left on the branch: one leaf of the group west. */
function deployed() {
  const provenance = {
    revision: { main: 'a'.repeat(40), config: 'b'.repeat(40) },
    groups: new Map([['west', ['apps']]]),
    renderer: { kustomize: 'v0.21.2' },
  };
  return {
    '.fairlead/provenance.yaml': printProvenance(provenance),
    'west/kustomization.yaml': 'resources: [apps/shop]\n',
    'west/apps/shop/kustomization.yaml': 'resources: [shop.yaml]\n',
    'west/apps/shop/shop.yaml': manifest('ConfigMap', 'shop', 'shop'),
  };
}
