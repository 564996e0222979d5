import { createHash } from 'node:crypto';

/** The files of a commit, by path. */
export type Files = Readonly<Record<string, string>>;

export interface Commit {
  readonly sha: string;
  readonly files: Files;
}

/** Git branches without git: a commit has an id and a tree, which is all that Flux sees of one. */
export interface Branches {
  /** Adds a commit with exactly these files, and answers its id. */
  push(url: string, branch: string, files: Files): string;
  head(url: string, branch: string): Commit | undefined;
  /** Lets every fetch of a repository fail with this message; undefined: they work again. */
  failFetches(url: string, message: string | undefined): void;
  fetchFailure(url: string): string | undefined;
  commit(sha: string): Commit | undefined;
}

export function createBranches(): Branches {
  const heads = new Map<string, Commit>();
  const commits = new Map<string, Commit>();
  const failures = new Map<string, string>();
  return {
    push(url, branch, files) {
      const place = `${url}@${branch}`;
      const content = JSON.stringify([place, commits.size, files]);
      const commit = { sha: createHash('sha1').update(content).digest('hex'), files };
      commits.set(commit.sha, commit);
      heads.set(place, commit);
      return commit.sha;
    },
    head: (url, branch) => heads.get(`${url}@${branch}`),
    failFetches(url, message) {
      if (message === undefined) failures.delete(url);
      else failures.set(url, message);
    },
    fetchFailure: (url) => failures.get(url),
    commit: (sha) => commits.get(sha),
  };
}
