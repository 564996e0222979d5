import { randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFleet } from '../../../fakes/flux/start.ts';
import type { RunningFleet } from '../../../fakes/flux/types.ts';
import type { MergeMethod } from '../../../fakes/github/model.ts';
import type { PullRequestView } from '../../../fakes/github/people.ts';
import { type ForgeOptions, type RunningForge, startForge } from '../../../fakes/github/start.ts';
import type { Revision } from '../../../src/operation/status.ts';
import { parseProvenance, provenancePath } from '../../../src/render/layout/provenance.ts';
import { createTestRepository, type TestRepository } from '../../support/git.ts';
import {
  clustersOf,
  mainFiles,
  overlay,
  policy,
  type SmallEnvironment,
  timings,
  version,
  workerSettings,
} from './platform-files.ts';

export type { SmallCluster, SmallEnvironment } from './platform-files.ts';

/** A platform of one application, its forge and its clusters: the least that a commit can travel through. */
export interface SmallPlatform {
  readonly directory: string;
  /**
   * The names `owner/repo` of the repositories; they are the test's own, because all tests share one Temporal server.
   */
  readonly names: { readonly source: string; readonly gitops: string };
  readonly forge: RunningForge;
  readonly fleet: RunningFleet;
  /** The URL of the source repository. */
  readonly url: string;
  readonly source: TestRepository;
  readonly gitops: TestRepository;
  /** The first commit on main: version 1 of the application. */
  readonly firstCommit: string;
  /** The environment variables of a worker and of the command line. */
  readonly env: Readonly<Record<string, string>>;
  /** Commits a version of the application to main, and answers the id. */
  release(version: string): string;
  /** Commits an environment's policy to its config branch. */
  setPolicy(environment: SmallEnvironment): string;
  /** Commits a value of the application to the environment's config branch, and answers the id. */
  setValue(environment: string, value: string): string;
  /** Reads the version of the application from a cluster. */
  versionOn(cluster: string): unknown;
  /** Answers the requests of the GitOps repository, as people see them. */
  requests(): Promise<readonly PullRequestView[]>;
  /** Makes a branch of the GitOps repository, opens a request from it, and answers its number. */
  propose(branch: string, sha: string, base: string): Promise<number>;
  /** Merges a request on the forge, as a person. */
  merge(number: number, method?: MergeMethod): Promise<string>;
  /** Takes a merge on a branch back, as the forge's button does, and answers the commit. */
  revert(branch: string, merge: string): string;
  /** Reads a file on a branch of the GitOps repository. */
  manifest(branch: string, path: string): string;
  /** Reads the pair that a branch of the GitOps repository says it was rendered from. */
  provenance(branch: string): Revision;
  /** Gives the worker another token, or none where it is undefined. */
  setToken(token: string | undefined): Promise<void>;
  close(): Promise<void>;
}

export const botToken = 'the-bot-of-a-test';
/** The token of a user who may read and nothing else. */
export const readerToken = 'a-reader-of-a-test';

/** How a platform of a test differs from others. */
export interface PlatformOptions extends Pick<ForgeOptions, 'atWrite' | 'onExchange'> {
  /** The worker writes statuses, comments and deployments. Default: it does not, so that calls are those of the process. */
  readonly hasReports?: boolean;
}

/** Starts forge and fleet on free ports and seeds one repository of sources and one of manifests. */
export async function startPlatform(
  environments: readonly SmallEnvironment[],
  { hasReports = false, ...forgeOptions }: PlatformOptions = {},
): Promise<SmallPlatform> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-small-'));
  const forge = await startForge({ directory: join(directory, 'forge'), token: botToken, ...forgeOptions });
  forge.addUser({ login: 'reader', token: readerToken, permission: 'read' });
  const own = randomUUID().slice(0, 8);
  const names = { source: `acme/source-${own}`, gitops: `acme/gitops-${own}` };
  const [source, gitops] = await Promise.all(
    [`source-${own}`, `gitops-${own}`].map(async (name) =>
      createTestRepository((await forge.createRepository('acme', name)).directory),
    ),
  );
  if (!source || !gitops) throw new Error('the forge has no repositories');
  const gitopsUrl = `${forge.url}/${names.gitops}`;
  const firstCommit = source.commit('main', { ...mainFiles(gitopsUrl, environments), ...version('1') });
  for (const environment of environments) {
    source.commit(environment.name, { 'fairlead.yaml': policy(environment), 'one/apps/web/.gitkeep': '' });
    gitops.commit(environment.name, { 'README.md': `Manifests of ${environment.name}.\n` });
  }
  const fleet = await startFleet({ gitToken: botToken, clusters: clustersOf(environments, gitopsUrl), timings });
  const tokenFile = join(directory, 'token');
  const settings = join(directory, 'worker.yaml');
  await writeFile(tokenFile, botToken);
  await writeFile(settings, workerSettings(directory, { ...forge, kind: 'github', hasReports }, fleet));
  return {
    directory,
    names,
    forge,
    fleet,
    url: `${forge.url}/${names.source}`,
    source,
    gitops,
    firstCommit,
    env: { FAIRLEAD_SETTINGS: settings },
    release: (name) => source.commit('main', version(name), { message: `Release ${name}` }),
    setPolicy: (environment) => source.commit(environment.name, { 'fairlead.yaml': policy(environment) }),
    setValue: (environment, value) => source.commit(environment, overlay(value), { message: `Set ${value}` }),
    versionOn: (cluster) => fleet.cluster(cluster).objects('ConfigMap')[0]?.data,
    requests: () => forge.pullRequests(names.gitops),
    propose: (branch, sha, base) => {
      gitops.setBranch(branch, sha);
      return openRequest(`${forge.apiUrl}/repos/${names.gitops}/pulls`, { head: branch, base, title: 'Once more' });
    },
    merge: (number, method) => forge.merge(names.gitops, number, method),
    revert(branch, merge) {
      const paths = ['one/apps/web/web.yaml', provenancePath];
      const before = paths.map((path) => [path, `${gitops.git(['show', `${merge}^:${path}`])}\n`]);
      return gitops.commit(branch, Object.fromEntries(before), { message: `Revert ${merge}` });
    },
    manifest: (branch, path) => gitops.git(['show', `${branch}:${path}`]),
    provenance: (branch) => parseProvenance(gitops.git(['show', `${branch}:${provenancePath}`])).revision,
    setToken: async (token) => {
      if (token === undefined) return rm(tokenFile, { force: true });
      // Written in place, it would be empty for a moment, which a worker takes for none.
      await writeFile(`${tokenFile}.new`, token);
      await rename(`${tokenFile}.new`, tokenFile);
    },
    close: async () => {
      await fleet.close();
      await forge.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function openRequest(url: string, request: object): Promise<number> {
  const headers = { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(request) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  const { number } = (await answer.json()) as { readonly number: number };
  return number;
}
