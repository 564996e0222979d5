import { setTimeout as pause } from 'node:timers/promises';
import { branchHead, tryGit } from '../../fakes/github/git/run.ts';
import { Failure } from '../../src/failure.ts';
import { missingConfigBranch } from '../../src/platform/check-environments.ts';
import { parseEnvironment } from '../../src/platform/environment.ts';
import { parsePlatform } from '../../src/platform/platform.ts';
import type { Environment, Platform } from '../../src/platform/types.ts';
import { countOf } from '../../src/text/count-of.ts';
import type { SandboxCluster, SandboxFleet } from './fleet.ts';
import { beginBranch, type SandboxForge } from './forge.ts';
import type { LocalRepository } from './repositories.ts';

/** The platforms of the sandbox, while their files are followed. */
export interface FollowedPlatforms {
  /** The repositories that are sources. */
  readonly sources: readonly LocalRepository[];
  stop(): Promise<void>;
}

interface Surroundings {
  readonly forge: SandboxForge;
  readonly fleet: SandboxFleet;
  readonly repositories: readonly LocalRepository[];
  readonly report: (sentence: string) => void;
}

/** The time between two looks at the branches, in milliseconds. */
const lookEveryMs = 1_000;
const platformFile = 'fairlead.yaml';

/**
 * Makes GitOps branches and clusters as the platforms' files say, now and whenever these change. What is wrong with a file, or
 * keeps it from being read, is reported once, and stops nothing else. Throws `Failure` InvalidInput where no repository is a source.
 */
export async function followPlatforms({
  forge,
  fleet,
  repositories,
  report,
}: Surroundings): Promise<FollowedPlatforms> {
  const sources = await sourcesAmong(repositories);
  const stopping = new AbortController();
  const said = new Set<string>();
  const sayOnce = (sentence: string) => {
    if (said.has(sentence)) return;
    said.add(sentence);
    report(sentence);
  };
  let seen = '';
  const look = async () => {
    const platforms = await Promise.all(sources.map((source) => readPlatform(source, sayOnce)));
    const wanted = JSON.stringify(platforms);
    if (wanted === seen) return;
    const clusters: SandboxCluster[] = [];
    for (const environment of platforms.flat()) {
      if (await prepareGitops(forge, environment, sayOnce)) clusters.push(...clustersOf(environment));
    }
    await fleet.become(clusters);
    seen = wanted;
    report(`The sandbox plays ${countOf(clusters.length, 'cluster')}: ${clusters.map(({ name }) => name).join(', ')}.`);
  };
  let failures = 0;
  const lookAgain = async () => {
    try {
      await look();
      failures = 0;
    } catch (error) {
      failures += 1;
      // Ctrl-C ends a git that is under way, before anybody asks this to stop.
      if (failures > 1) sayOnce(`The platforms could not be read, and are looked at again: ${error}`);
    }
  };
  await look();
  const following = (async () => {
    while (await pause(lookEveryMs, true, { signal: stopping.signal }).catch(() => false)) await lookAgain();
  })();
  return {
    sources,
    async stop() {
      stopping.abort();
      await following;
    },
  };
}

async function sourcesAmong(repositories: readonly LocalRepository[]): Promise<readonly LocalRepository[]> {
  const main = await Promise.all(repositories.map(({ gitDirectory }) => fileAt(gitDirectory, 'main')));
  const sources = repositories.filter((_, index) => main[index] !== undefined);
  if (sources.length > 0) return sources;
  throw new Failure(
    'InvalidInput',
    `None of ${repositories.map(({ directory }) => directory).join(', ')} has ${platformFile} on a branch main: there is no platform to serve. docs/tutorial.md makes one; commit it, then call this again.`,
  );
}

/** Reads the environments that the heads of main and the config branches describe. What cannot be read is said. */
async function readPlatform(
  { gitDirectory, directory }: LocalRepository,
  say: (sentence: string) => void,
): Promise<readonly Environment[]> {
  const about = (error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    say(`${directory}: ${error.message}`);
    return [];
  };
  try {
    const text = (await fileAt(gitDirectory, 'main')) ?? '';
    const platform = parsePlatform(text, `${platformFile} of main`);
    const names = platform.stages.flat();
    const read = names.map((name) => readEnvironment(gitDirectory, platform, name).catch(about));
    return (await Promise.all(read)).flat();
  } catch (error) {
    return about(error);
  }
}

async function readEnvironment(gitDirectory: string, platform: Platform, name: string): Promise<Environment> {
  const text = await fileAt(gitDirectory, name);
  if (text === undefined) throw missingConfigBranch(name, 'this repository');
  return parseEnvironment(text, { file: `${platformFile} of branch ${name}`, name, platform });
}

async function fileAt(gitDirectory: string, branch: string): Promise<string | undefined> {
  if (branchHead(gitDirectory, branch) === undefined) return undefined;
  const { code, stdout } = await tryGit(gitDirectory, ['cat-file', 'blob', `refs/heads/${branch}:${platformFile}`]);
  return code === 0 ? stdout : undefined;
}

/** Makes the GitOps branch where there is none yet; false where it is on another forge. */
async function prepareGitops(
  forge: SandboxForge,
  { name, gitops: { repository, branch } }: Environment,
  say: (sentence: string) => void,
): Promise<boolean> {
  const gitDirectory = await forge.openRepository(repository);
  if (gitDirectory === undefined) {
    say(
      `${name} sends its requests to ${repository}, which is not in the sandbox: nothing can be promoted there from here. For a try, write \`gitops: { repository: ${forge.urlOf('NAME')} }\` into ${platformFile} and commit it; the sandbox makes a repository of that name if there is none.`,
    );
    return false;
  }
  if ((await beginBranch(gitDirectory, branch)) === 'begun') say(`Began the GitOps branch ${branch} of ${repository}.`);
  return true;
}

/** Each cluster applies the folder of its group, with health checks. */
function clustersOf({ name: environment, clusters, gitops }: Environment): readonly SandboxCluster[] {
  return clusters.map(({ name, context, group }) => ({
    name,
    context,
    environment,
    gitops: { url: gitops.repository, branch: gitops.branch },
    paths: [group],
  }));
}
