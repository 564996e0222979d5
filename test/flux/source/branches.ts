import { createHash } from 'node:crypto';
import type { Commit, Files, Remote } from './remote.ts';

/** Git branches without git: a commit has an id and a tree, which is all that Flux sees of one. */
export interface Branches extends Remote {
  /** Adds a commit with exactly these files, and answers its id. */
  push(url: string, branch: string, files: Files): string;
  /** Lets every fetch of a repository fail with this message; undefined: they work again. */
  failFetches(url: string, message: string | undefined): void;
}

export function createBranches(): Branches {
  const heads = new Map<string, Commit>();
  const commits = new Map<string, Commit>();
  const failures = new Map<string, string>();
  const throwWhereItFails = (url: string) => {
    const message = failures.get(url);
    if (message !== undefined) throw new Error(message);
  };
  return {
    push(url, branch, files) {
      const place = `${url}@${branch}`;
      const content = JSON.stringify([place, commits.size, files]);
      const commit = { sha: createHash('sha1').update(content).digest('hex'), files };
      commits.set(commit.sha, commit);
      heads.set(place, commit);
      return commit.sha;
    },
    async head(url, branch) {
      throwWhereItFails(url);
      return heads.get(`${url}@${branch}`);
    },
    async commit(url, sha) {
      throwWhereItFails(url);
      return commits.get(sha);
    },
    failFetches(url, message) {
      if (message === undefined) failures.delete(url);
      else failures.set(url, message);
    },
  };
}
