import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../../failure.ts';
import { listTree, readObjects } from '../../git/mirror/read.ts';
import { type Commands, gitOn } from '../../git/process/commands.ts';
import { createGitRunner } from '../../git/process/process.ts';
import { defaultTimeouts } from '../../git/process/settings.ts';
import type { Sha } from '../../git/repository.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import type { SourceFile, SourceTree } from '../../render/types.ts';
import type { Io } from '../io.ts';
import { readDirectory } from './directory-tree.ts';

/**
 * A directory in which somebody works: its files as they are now, and the other branches where it is a git checkout.
 */
export interface Checkout {
  readonly directory: string;
  /** The branch that is checked out; undefined outside of git, and where none is. */
  readonly branch: string | undefined;
  /** The URL of the remote `origin`; undefined: there is none, or none that Fairlead takes. */
  readonly origin: string | undefined;
  readonly isGit: boolean;
  /** Answers the main branch of `origin`; undefined: the clone has not noted it. */
  originHead(): Promise<string | undefined>;
  /** Reads the files as they are now. */
  readWorkingTree(): Promise<SourceTree>;
  /** Answers the commit of the first of these revisions that is there; undefined: none is. */
  resolveCommit(...revisions: readonly string[]): Promise<Sha | undefined>;
  /** Reads the files of a commit. */
  readTree(commit: Sha): Promise<SourceTree>;
}

/** Opens a directory. Throws `Failure` InvalidInput where there is none, or git cannot read it. */
export async function openCheckout(path: string, io: Io): Promise<Checkout> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isDirectory()) throw new Failure('InvalidInput', `${path} is no directory. Name a checkout.`);
  const directory = await realpath(path);
  const gitDirectory = await gitDirectoryOf(directory, io);
  if (gitDirectory === undefined) return plainDirectory(directory);
  const git = gitOn(
    { dir: gitDirectory, url: checkRepositoryUrl(directory) },
    {
      cacheDir: directory,
      credentials: undefined,
      timeouts: defaultTimeouts,
      environment: io.env,
      notice: () => undefined,
      run: createGitRunner(),
    },
    undefined,
  );
  return gitCheckout(directory, git);
}

async function gitCheckout(directory: string, git: Commands): Promise<Checkout> {
  const askGit = async (args: readonly string[]) => {
    const { stdout, exitCode } = await git.plumb(args, '', [0, 1, 128]);
    return exitCode === 0 ? stdout.toString('utf8').trim() || undefined : undefined;
  };
  return {
    directory,
    isGit: true,
    branch: await askGit(['symbolic-ref', '--quiet', '--short', 'HEAD']),
    origin: usableUrl(await askGit(['config', '--get', 'remote.origin.url'])),
    originHead: async () =>
      (await askGit(['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']))?.replace('refs/remotes/origin/', ''),
    readWorkingTree: async () => {
      // git takes the directory that it stands in for the work tree.
      const listed = await git.text(['-C', directory, 'ls-files', '-z', '--cached', '--others', '--exclude-standard']);
      return readDirectory(directory, { revision: workingTreeName, paths: listed.split('\0').filter(Boolean) });
    },
    resolveCommit: async (...revisions) => {
      for (const revision of revisions) {
        const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
        const commit = await askGit(args);
        if (commit !== undefined) return commit;
      }
      return undefined;
    },
    readTree: (commit) => commitTree(git, commit),
  };
}

const workingTreeName = 'working tree';

function plainDirectory(directory: string): Checkout {
  return {
    directory,
    isGit: false,
    branch: undefined,
    origin: undefined,
    readWorkingTree: () => readDirectory(directory, { revision: workingTreeName }),
    originHead: async () => undefined,
    resolveCommit: async () => undefined,
    readTree: () => Promise.reject(new Failure('Internal', `${directory} is no git checkout.`)),
  };
}

/** Finds the git directory of a checkout; undefined: the directory is not the root of one. */
async function gitDirectoryOf(directory: string, io: Io): Promise<string | undefined> {
  if ((await stat(join(directory, '.git')).catch(() => undefined)) === undefined) return undefined;
  const { exitCode, stdout, stderr } = await execa('git', ['rev-parse', '--absolute-git-dir'], {
    cwd: directory,
    env: { PATH: io.env.PATH, HOME: io.env.HOME, LC_ALL: 'C' },
    extendEnv: false,
    reject: false,
  });
  if (exitCode === 0) return stdout.trim();
  throw new Failure(
    'InvalidInput',
    `git cannot read ${directory}: ${stderr.replace(/\s+/g, ' ').trim() || 'is git installed?'}`,
  );
}

async function commitTree(git: Commands, commit: Sha): Promise<SourceTree> {
  const listed = await listTree(git, commit);
  const read = [...listed.values()].filter(({ mode }) => mode !== '160000').map(({ oid }) => oid);
  const contents = await readObjects(git, [...new Set(read)]);
  const files = [...listed].map(([path, { mode, oid }]): readonly [string, SourceFile] => {
    const content = mode === '160000' ? undefined : contents.get(oid);
    return [path, { mode, oid, content }];
  });
  return { revision: commit, files: new Map(files) };
}

/** Answers a URL that Fairlead takes, without the credentials that a CI system may have put there. */
function usableUrl(url: string | undefined): string | undefined {
  try {
    return url === undefined ? undefined : checkRepositoryUrl(url.replace(/^(https?:\/\/)[^/@]*@/, '$1')).href;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
