import { randomUUID } from 'node:crypto';
import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../../failure.ts';
import { fastImportStream } from '../../git/mirror/write.ts';
import { gitWords } from '../../git/process/redact.ts';
import type { Sha } from '../../git/repository.ts';
import type { NewFiles } from '../../init/types.ts';
import type { SourceTree } from '../../render/types.ts';
import type { Io } from '../io.ts';
import { type Checkout, openCheckout } from '../validate/checkout.ts';

/** A repository on this machine in which somebody works. Branches that are there are only added to, never rewritten. */
export interface LocalRepository {
  readonly directory: string;
  readonly checkout: Checkout;
  /** Answers the head of a branch: the local one, else the one that `origin` had when it was fetched. */
  head(branch: string): Promise<Sha | undefined>;
  /** Reads the files of a branch; undefined: there is none. */
  tree(branch: string): Promise<SourceTree | undefined>;
  /**
   * Throws `Failure` InvalidInput where something that is not committed stands in the way of a commit, or its branch is checked out
   * elsewhere.
   */
  checkRoom(branch: string, files: NewFiles): Promise<void>;
  /**
   * Adds a commit to a branch, which begins with it where there is none. Where the branch is checked out, the files are written
   * there, too.
   */
  commit(branch: string, change: CommitToMake): Promise<Sha>;
  /** Tells whether there is an `origin`, whether Fairlead could take it or not. */
  hasOrigin(): Promise<boolean>;
  /** Names `origin` where there is none. */
  addOrigin(url: string): Promise<void>;
  /** Sends branches to `origin`. */
  push(branches: readonly string[]): Promise<void>;
}

/** A commit that is made. */
export interface CommitToMake {
  readonly files: NewFiles;
  readonly message: string;
}

/** Tells whether a directory is missing or empty, a repository, or something else. */
export async function kindOfDirectory(directory: string): Promise<'nothing' | 'repository' | 'files'> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Failure('InvalidInput', `${directory} cannot be read (${error.code}). Name a directory.`);
  });
  if (entries.length === 0) return 'nothing';
  return (await stat(join(directory, '.git')).catch(() => undefined)) === undefined ? 'files' : 'repository';
}

/** Opens the repository of a directory, which is made where there is none. */
export async function openLocal(directory: string, firstBranch: string, io: Io): Promise<LocalRepository> {
  if ((await kindOfDirectory(directory)) !== 'repository') {
    // Asked before anything is made.
    await identity((args) => runGit(io.cwd, args, { io }));
    await mkdir(directory, { recursive: true });
    await runGit(await realpath(directory), ['init', '--quiet', `--initial-branch=${firstBranch}`], { io });
  }
  return localRepository(await openCheckout(directory, io), io);
}

function localRepository(checkout: Checkout, io: Io): LocalRepository {
  const { directory } = checkout;
  const git = (args: readonly string[], input?: string | Buffer) => runGit(directory, args, { io, input });
  const head = (branch: string) => checkout.resolveCommit(`refs/heads/${branch}`, `refs/remotes/origin/${branch}`);
  return {
    directory,
    checkout,
    head,
    tree: async (branch) => {
      const commit = await head(branch);
      return commit === undefined ? undefined : checkout.readTree(commit);
    },
    checkRoom: async (branch, files) => {
      if (await checkedOutHere({ directory, branch, git }))
        await refuseUncommitted({ directory, branch, git }, [...files.keys()]);
    },
    commit: async (branch, change) => {
      const local = await checkout.resolveCommit(`refs/heads/${branch}`);
      const paths = [...change.files.keys()];
      const isHere = await checkedOutHere({ directory, branch, git });
      const sha = await writeNewCommit(git, await head(branch), change);
      await git(['update-ref', `refs/heads/${branch}`, sha, local ?? '0'.repeat(40)]);
      if (isHere) {
        const restore = ['restore', '--source=HEAD', '--staged', '--worktree'];
        await git([...restore, '--pathspec-from-file=-', '--pathspec-file-nul'], paths.join('\0'));
      }
      return sha;
    },
    hasOrigin: async () => (await git(['remote'])).split('\n').includes('origin'),
    addOrigin: async (url) => void (await git(['remote', 'add', 'origin', url])),
    push: async (branches) => {
      const refs = branches.map((branch) => `refs/heads/${branch}:refs/heads/${branch}`);
      await runGit(directory, ['push', '--quiet', '--set-upstream', 'origin', ...refs], { io, remedy: pushRemedy });
    },
  };
}

const pushRemedy = 'The commits are here: push them yourself, or call init again with --push.';

type Git = (args: readonly string[], input?: string | Buffer) => Promise<string>;

interface BranchOf {
  readonly directory: string;
  readonly branch: string;
  readonly git: Git;
}

/** Tells whether a branch is checked out in the directory. Throws `Failure` InvalidInput where it is in another one. */
async function checkedOutHere({ directory, branch, git }: BranchOf): Promise<boolean> {
  const current = await git(['symbolic-ref', '--short', 'HEAD']).catch((error: unknown) => {
    // Nothing is checked out as a branch.
    if (error instanceof Failure) return '';
    throw error;
  });
  if (current.trim() === branch) return true;
  const place = (await git(['for-each-ref', '--format=%(worktreepath)', `refs/heads/${branch}`])).trim();
  if (place === '') return false;
  throw new Failure(
    'InvalidInput',
    `Branch ${branch} of ${directory} is checked out in ${place}: switch to another one there.`,
  );
}

async function refuseUncommitted({ directory, branch, git }: BranchOf, paths: readonly string[]): Promise<void> {
  const status = ['status', '--porcelain', '-z', '--untracked-files=all', '--ignored=matching', '--'];
  const [changed] = (await git([...status, ...paths.map((path) => `:(literal)${path}`)])).split('\0').filter(Boolean);
  if (changed === undefined) return;
  throw new Failure(
    'InvalidInput',
    `${directory}/${changed.slice(3)} is there and not committed, and would be overwritten on ${branch}. Commit it, or move it away.`,
  );
}

async function writeNewCommit(git: Git, parent: Sha | undefined, { files, message }: CommitToMake): Promise<Sha> {
  const [, name = '', email = '', seconds = '0'] =
    /^(.*) <(.*)> (\d+) [+-]\d{4}$/s.exec((await identity(git)).trim()) ?? [];
  const person = { name, email, date: new Date(Number(seconds) * 1000).toISOString() };
  const stream = fastImportStream(
    { parent, changes: files, message, person },
    `refs/fairlead/building/${randomUUID()}`,
  );
  return (await git(['fast-import', '--quiet', '--done'], stream)).trim();
}

async function identity(git: Git): Promise<string> {
  try {
    return await git(['var', 'GIT_COMMITTER_IDENT']);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(
      'InvalidInput',
      'git does not know who commits. Say it: git config --global user.name "Ada Lovelace", and user.email likewise.',
      { cause: error },
    );
  }
}

/** How one of git's commands is run. */
interface GitRun {
  readonly io: Io;
  readonly input?: string | Buffer | undefined;
  /** What to do where it fails. */
  readonly remedy?: string;
}

/**
 * Runs git in a directory as its user would, with their configuration. Throws `Failure` with git's words: InvalidInput, of a push Refused
 * or Unavailable.
 */
async function runGit(directory: string, args: readonly string[], { io, input, remedy = '' }: GitRun): Promise<string> {
  const { stdout, stderr, exitCode } = await execa('git', [...args], {
    cwd: directory,
    env: { ...io.env, LC_ALL: 'C' },
    extendEnv: false,
    stripFinalNewline: false,
    reject: false,
    ...(input === undefined ? { stdin: 'inherit' as const } : { input }),
  });
  if (exitCode === 0) return stdout;
  const words = gitWords(stderr, []) || 'it does not start. Is git installed?';
  const ofPush = /\[rejected\]|\[remote rejected\]/.test(stderr) ? 'Refused' : 'Unavailable';
  throw new Failure(
    args[0] === 'push' ? ofPush : 'InvalidInput',
    `git ${args[0]} in ${directory}: ${words} ${remedy}`.trim(),
  );
}
