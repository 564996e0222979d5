import { createHash } from 'node:crypto';
import type { Commit, Files, Remote } from './remote.ts';

/** Git branches without git: a commit has an id and a tree, which is all that Flux sees of one. */
export interface Branches extends Remote {
  /** Adds a commit with exactly these files, and answers its id. */
  push(url: string, branch: string, files: Files): string;
  /** Puts files into a registry, under the tag `latest` unless they have another one. */
  pushArtifact(url: string, artifact: Artifact): void;
  /** Lets every fetch of a repository fail with this message; undefined: they work again. */
  failFetches(url: string, message: string | undefined): void;
}

/** Files in a registry, and what is said of them. */
export interface Artifact {
  readonly files: Files;
  readonly tag?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export function createBranches(): Branches {
  const heads = new Map<string, Commit>();
  const commits = new Map<string, Commit>();
  const failures = new Map<string, string>();
  const throwWhereItFails = (url: string) => {
    const message = failures.get(url);
    if (message !== undefined) throw new Error(message);
  };
  const add = (place: string, content: Omit<Commit, 'sha'>): string => {
    const sha = createHash('sha1')
      .update(JSON.stringify([place, commits.size, content.files]))
      .digest('hex');
    const commit = { sha, ...content };
    commits.set(sha, commit);
    heads.set(place, commit);
    return sha;
  };
  return {
    push: (url, branch, files) => add(`${url}@${branch}`, { files }),
    pushArtifact(url, { tag = 'latest', ...artifact }) {
      add(`${url}@${tag}`, artifact);
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
