import { EventEmitter, once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFleet } from '../../fakes/flux/start.ts';
import type { RunningFleet } from '../../fakes/flux/types.ts';
import { type RunningForge, startForge } from '../../fakes/github/start.ts';
import { commitEach, commitFiles, git } from '../render/files.ts';

/** A platform of one source repository; all of its environments are one stage. */
export interface BurstPlatform {
  readonly name: string;
  readonly environments: readonly string[];
  readonly merge: 'auto' | 'manual' | 'approval';
  /** True: a chart that keeps a renderer busy for seconds, with other values in each environment. */
  readonly slow?: boolean;
  /**
   * The name of its GitOps repository. Default: `gitops`, which all others share. The stand-in of the forge does the
   * calls of one repository one after another, as no real forge does.
   */
  readonly gitops?: string;
}

/** A forge and a fleet with the platforms on them. */
export interface Place {
  readonly forge: RunningForge;
  readonly fleet: RunningFleet;
  /** The path of the worker's settings. */
  readonly settings: string;
  /** The URL of a platform's source repository. */
  url(platform: string): string;
  /** Commits releases to a platform's main, and answers their ids, oldest first. */
  release(platform: string, count: number): Promise<readonly string[]>;
  /** Commits files to a branch of a platform's source, and answers the commit. */
  commit(platform: string, branch: string, files: ReadonlyMap<string, string>): Promise<string>;
  /** Commits once more what the main of a platform holds, with a message, and answers the commit. */
  reword(platform: string, message: string): Promise<string>;
  /** Answers the message of a commit of a platform's GitOps repository. */
  messageOf(platform: string, commit: string): Promise<string>;
  /** The name `owner/repo` of a platform's GitOps repository. */
  gitops(platform: string): string;
  /** Resolves when the forge has answered that a request of a platform's GitOps repository is merged. Asks nobody. */
  merged(platform: string, request: number): Promise<void>;
  close(): Promise<void>;
}

const token = 'bench';
/** How long a scene may wait for one thing. */
export const patienceMs = 10 * 60_000;
/** Flux fetches when it is asked to, and else hardly ever: fifty that pull would be most of the load. */
const timings = { pullMs: 600_000, intervalMs: 600_000, applyMs: 10, healthMs: 10 };

/**
 * Starts forge and fleet in this process, in a directory of their own, and seeds the platforms. `otherHosts`: the settings have the
 * token for these, too.
 */
export async function startPlace(
  directory: string,
  platforms: readonly BurstPlatform[],
  otherHosts: readonly string[] = [],
): Promise<Place> {
  const merges = new EventEmitter().setMaxListeners(0);
  const forge = await startForge({
    directory: join(directory, 'forge'),
    token,
    onExchange: ({ method, path, status }) => {
      if (method === 'PUT' && path.endsWith('/merge') && status === 200) merges.emit(path);
    },
  });
  const targets = new Map<string, Awaited<ReturnType<RunningForge['createRepository']>>>();
  for (const name of new Set(platforms.map(gitopsOf))) targets.set(name, await forge.createRepository('acme', name));
  const target = (platform: BurstPlatform) => {
    const found = targets.get(gitopsOf(platform));
    if (found === undefined) throw new TypeError(`${platform.name} has no GitOps repository`);
    return found;
  };
  const named = (name: string) => {
    const platform = platforms.find((each) => each.name === name);
    if (platform === undefined) throw new TypeError(`there is no platform ${name}`);
    return platform;
  };
  const sources = new Map<string, string>();
  for (const platform of platforms) {
    const gitops = target(platform);
    const source = await forge.createRepository('acme', platform.name);
    sources.set(platform.name, source.directory);
    await commitFiles(source.directory, 'main', mainFiles(platform, gitops.url));
    for (const environment of platform.environments) {
      await commitFiles(source.directory, environment, configFiles(platform, environment));
      await commitFiles(gitops.directory, environment, new Map([['README.md', `Manifests of ${environment}.\n`]]));
    }
  }
  const clusters = platforms.flatMap((platform) =>
    platform.environments.map((name) => ({
      name,
      environment: name,
      gitops: { url: target(platform).url, branch: name },
      paths: ['one/apps'],
    })),
  );
  const fleet = await startFleet({ gitToken: token, clusters, timings });
  const settings = join(directory, 'worker.yaml');
  const credentials = otherHosts.map((host) => `{ host: "${host}", token: { env: BENCH_TOKEN } }`);
  await writeFile(
    settings,
    `${workerSettings(directory, forge, fleet)}git: { credentials: [${credentials.join(', ')}] }\n`,
  );
  return {
    forge,
    fleet,
    settings,
    url: (platform) => `${forge.url}/acme/${platform}`,
    release: (platform, count) =>
      commitEach(
        sources.get(platform) ?? '',
        'main',
        Array.from({ length: count }, (_, index) => releaseFiles(`${index}`)),
      ),
    async commit(platform, branch, files) {
      const directory = sources.get(platform) ?? '';
      const commit = await commitFiles(directory, branch, files);
      // A forge has packed what it serves; done for each fetch, that would take this machine's time from the worker.
      await git(directory, 'repack', '-adq');
      return commit;
    },
    async reword(platform, message) {
      const directory = sources.get(platform) ?? '';
      const commit = await git(directory, 'commit-tree', 'main^{tree}', '-p', 'main', '-m', message);
      await git(directory, 'update-ref', 'refs/heads/main', commit);
      return commit;
    },
    messageOf: (name, commit) => git(target(named(name)).directory, 'log', '-1', '--format=%B', commit),
    gitops: (name) => `acme/${gitopsOf(named(name))}`,
    async merged(name, request) {
      await once(merges, `/repos/acme/${gitopsOf(named(name))}/pulls/${request}/merge`, {
        signal: AbortSignal.timeout(patienceMs),
      });
    },
    async close() {
      await fleet.close();
      await forge.close();
    },
  };
}

function gitopsOf({ gitops = 'gitops' }: BurstPlatform): string {
  return gitops;
}

function mainFiles({ environments, slow }: BurstPlatform, gitopsUrl: string): ReadonlyMap<string, string> {
  const platform = `apiVersion: fairlead.dev/v1
kind: Platform
name: bench
gitops: { repository: ${gitopsUrl} }
stages: [[${environments.join(', ')}]]
`;
  const chart = new Map([
    ['apps/slow/Chart.yaml', 'apiVersion: v2\nname: slow\nversion: 1.0.0\n'],
    ['apps/slow/helm.yaml', 'namespace: slow\n'],
    [
      'apps/slow/templates/map.yaml',
      '{{ range until 3000 }}{{ range until 10000 }}{{ end }}{{ end }}\n' +
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: slow }\ndata: { environment: "{{ .Values.environment }}" }\n',
    ],
  ]);
  return new Map([['fairlead.yaml', platform], ...releaseFiles('first'), ...(slow ? chart : [])]);
}

function releaseFiles(release: string): ReadonlyMap<string, string> {
  const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: web }\ndata: { release: "${release}" }\n`;
  return new Map([['apps/web/web.yaml', map]]);
}

function configFiles({ merge, slow }: BurstPlatform, environment: string): ReadonlyMap<string, string> {
  const policy = `apiVersion: fairlead.dev/v1
kind: Environment
merge: ${merge}
clusters: [{ name: ${environment}, group: one }]
`;
  return new Map([
    ['fairlead.yaml', policy],
    ['one/apps/web/.gitkeep', ''],
    ...(slow ? [['one/apps/slow/values.yaml', `environment: ${environment}\n`] as const] : []),
  ]);
}

function workerSettings(directory: string, forge: RunningForge, fleet: RunningFleet): string {
  return `apiVersion: fairlead.dev/v1
kind: Worker
forges: [{ host: "${forge.host}", kind: github, api: "${forge.apiUrl}", token: { env: BENCH_TOKEN }, statuses: false, comments: false, deployments: false }]
kubeconfig: ${fleet.kubeconfigPath}
cache: ${join(directory, 'cache')}
renderer: { processes: 2 }
`;
}
