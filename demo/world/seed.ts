import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { git } from '../../fakes/github/git/run.ts';
import type { WorldRepository } from '../forge/world-forge.ts';

/** A commit to one branch, by Ann where nobody else is named. */
export interface Commit {
  readonly branch: string;
  readonly message: string;
  /** Content by path. The other files of an existing branch stay. */
  readonly files: ReadonlyMap<string, string>;
  readonly author?: string;
}

/**
 * Commits to a repository, or to a bare one in a directory, as a developer would: clone, change, commit, push. Answers the commit's id.
 */
export async function commitTo(repository: WorldRepository | string, commit: Commit): Promise<string> {
  const { remote, env = {} } = typeof repository === 'string' ? { remote: repository } : repository;
  const checkout = await mkdtemp(join(tmpdir(), 'fairlead-seed-'));
  try {
    await git(checkout, ['init', '--quiet', '--initial-branch', commit.branch]);
    await git(checkout, ['remote', 'add', 'origin', remote]);
    const branches = await git(checkout, ['ls-remote', 'origin', `refs/heads/${commit.branch}`], env);
    if (branches !== '') await git(checkout, ['pull', '--quiet', '--ff-only', 'origin', commit.branch], env);
    for (const [path, content] of commit.files) {
      await mkdir(dirname(join(checkout, path)), { recursive: true });
      await writeFile(join(checkout, path), content);
    }
    await git(checkout, ['add', '--all']);
    const { author = 'Ann' } = commit;
    const person = { GIT_AUTHOR_NAME: author, GIT_AUTHOR_EMAIL: `${author.toLowerCase()}@acme.example` };
    const committer = { GIT_COMMITTER_NAME: author, GIT_COMMITTER_EMAIL: person.GIT_AUTHOR_EMAIL };
    await git(checkout, ['commit', '--quiet', '--message', commit.message], { ...person, ...committer });
    await git(checkout, ['push', '--quiet', 'origin', `HEAD:refs/heads/${commit.branch}`], env);
    return await git(checkout, ['rev-parse', 'HEAD']);
  } finally {
    await rm(checkout, { recursive: true, force: true });
  }
}

/** Answers the head of a branch. Throws where there is none. */
export async function headOf({ remote, env }: WorldRepository, branch: string): Promise<string> {
  const found = await git(tmpdir(), ['ls-remote', remote, `refs/heads/${branch}`], env);
  const [head] = found.split('\t');
  if (!head) throw new Error(`${remote} has no branch ${branch}`);
  return head;
}

/** Moves files to the demo's forge: the sample names its repositories as on github.com. */
export function onForge(files: ReadonlyMap<string, string>, forgeUrl: string): ReadonlyMap<string, string> {
  return new Map([...files].map(([path, text]) => [path, text.replaceAll('https://github.com', forgeUrl)]));
}
