import { Failure } from '../../failure.ts';
import type { GitRepositories, GitRepository, Sha } from '../../git/repository.ts';
import { configFile, mainHead } from '../../gitops/platform-file.ts';
import {
  missingConfigBranch,
  missingEnvironmentFile,
  missingPlatformFile,
  oversizedFile,
} from '../../platform/check-environments.ts';
import { parseEnvironment } from '../../platform/environment.ts';
import { parsePlatform } from '../../platform/platform.ts';
import type { Environment, Platform } from '../../platform/types.ts';
import type { SourceTree } from '../../render/types.ts';
import { orFailure } from '../environments/source.ts';
import type { Io } from '../io.ts';
import { type CheckedOut, type NamedSource, readCheckout } from './checkout.ts';
import type { SideCommit } from './report.ts';
import { openTrees, type Trees } from './trees.ts';

/** The source of a platform as its branches are now, and the change that is looked at. */
export interface PlatformNow {
  readonly repository: GitRepository;
  readonly repositories: GitRepositories;
  readonly mainBranch: string;
  /** The head of main, as the remote has it. */
  readonly head: Sha;
  readonly platform: Platform;
  /** The environments that main's head has, and the checkout has not. */
  readonly leaving: readonly string[];
  readonly checkedOut: CheckedOut | undefined;
  readonly trees: Trees;
}

/** A commit's files, or those of the checkout, and how they are named. */
export interface NamedTree {
  readonly tree: SourceTree;
  readonly name: SideCommit;
}

/** What a command says beside the source. */
interface Asked {
  readonly environments: readonly string[];
  readonly mainBranch: string | undefined;
  readonly io: Io;
}

/**
 * Reads a source, and the checkout where it is one. Throws `Failure` where there is no main, or no Platform file that can be
 * read: for a checkout of main that is its own.
 */
export async function readPlatformNow(
  source: NamedSource,
  repositories: GitRepositories,
  { environments, mainBranch, io }: Asked,
): Promise<PlatformNow> {
  const repository = repositories.open(source.url);
  const head = await mainHead(repository);
  const checkout = source.kind === 'checkout' ? source.checkout : undefined;
  const remote = openTrees(repository, checkout);
  const atHead = await orFailure(async () => platformOf(remote, await remote.at(head)));
  const common = { repository, repositories, head, mainBranch: await repository.mainBranch() };
  const known = atHead instanceof Failure ? undefined : atHead;
  const checkedOut = checkout && (await readCheckout(checkout, { environments, mainBranch, platform: known }, io));
  if (checkedOut === undefined || checkedOut.environment !== undefined) {
    if (atHead instanceof Failure) throw atHead;
    return {
      ...common,
      platform: atHead,
      leaving: [],
      checkedOut,
      trees: openTrees(repository, checkout, checkedOut?.tree),
    };
  }
  const trees = openTrees(repository, checkout, checkedOut.tree);
  const platform = await platformOf(trees, checkedOut.tree);
  const stays = new Set(platform.stages.flat());
  const leaving = known?.stages.flat().filter((name) => !stays.has(name)) ?? [];
  return { ...common, platform, leaving, checkedOut, trees };
}

/** Answers the files of the checkout, named as such. */
export function checkoutTree({ tree, head }: CheckedOut): NamedTree {
  return { tree, name: { checkout: true, ...(head !== undefined && { commit: head }) } };
}

/** Answers the files of a commit. */
export async function commitTree(trees: Trees, commit: Sha): Promise<NamedTree> {
  return { tree: await trees.at(commit), name: { commit } };
}

/** Answers the files of a config branch: the checkout's where it is of that environment, else those at the remote's head. */
export async function configTree(now: PlatformNow, environment: string): Promise<NamedTree> {
  const { checkedOut, repository, trees } = now;
  if (checkedOut?.environment === environment) return checkoutTree(checkedOut);
  const head = await repository.branchHead(environment);
  if (head === undefined) throw missingConfigBranch(environment, repository.url);
  return commitTree(trees, head);
}

/** Reads the Environment file among the files of a config branch. Throws `Failure` InvalidConfig. */
export async function environmentOf(
  { trees, platform }: PlatformNow,
  name: string,
  { tree }: NamedTree,
): Promise<Environment> {
  const content = await contentAt(trees, tree, `branch ${name}`);
  if (content === undefined) throw missingEnvironmentFile(name);
  return parseEnvironment(content, { file: `${configFile} of branch ${name}`, name, platform });
}

async function platformOf(trees: Trees, tree: SourceTree): Promise<Platform> {
  const where = tree.revision;
  const content = await contentAt(trees, tree, where);
  if (content === undefined) throw missingPlatformFile(where);
  return parsePlatform(content, `${configFile} of ${where}`);
}

/** Reads `fairlead.yaml`; undefined: there is none. */
async function contentAt({ read }: Trees, { files }: SourceTree, where: string): Promise<Buffer | undefined> {
  const file = files.get(configFile);
  if (file === undefined || file.mode === '160000') return undefined;
  const content = file.content ?? (await read([file.oid])).get(file.oid);
  if (content === undefined) throw oversizedFile(where);
  return content;
}
