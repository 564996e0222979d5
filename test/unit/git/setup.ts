import { readdirSync } from 'node:fs';
import { afterEach, beforeEach } from 'vitest';
import { createGitRepositories, type GitOptions } from '../../../src/git/repositories.ts';
import type { GitRepository, NewCommit } from '../../../src/git/repository.ts';
import {
  createTestRepository,
  gitTestEnvironment,
  type TestRepository,
  temporaryDirectory,
} from '../../support/git.ts';

export interface Bench {
  readonly directory: string;
  readonly cacheDir: string;
  readonly remote: TestRepository;
  readonly notices: string[];
  /** The directory of the only mirror. */
  mirror(): string;
  /** As another process would: nothing shared but the cache on disk. */
  open(options?: Partial<GitOptions>, url?: string, signal?: AbortSignal): GitRepository;
}

/** A new remote and an empty cache for each test. */
export function useBench(): Bench {
  let current: (Bench & { readonly remove: () => void }) | undefined;
  const bench = () => {
    if (current === undefined) throw new Error('outside of a test');
    return current;
  };
  beforeEach(() => {
    current = createBench();
  });
  afterEach(() => current?.remove());
  return {
    get directory() {
      return bench().directory;
    },
    get cacheDir() {
      return bench().cacheDir;
    },
    get remote() {
      return bench().remote;
    },
    get notices() {
      return bench().notices;
    },
    mirror: () => bench().mirror(),
    open: (...args) => bench().open(...args),
  };
}

function createBench(): Bench & { readonly remove: () => void } {
  const { path: directory, remove } = temporaryDirectory('git');
  const cacheDir = `${directory}/cache`;
  const remote = createTestRepository(`${directory}/acme/shop.git`);
  const notices: string[] = [];
  return {
    directory,
    cacheDir,
    remote,
    notices,
    remove,
    mirror() {
      const mirrors = readdirSync(cacheDir).filter((name) => name.endsWith('.git'));
      if (mirrors.length !== 1) throw new Error(`${mirrors.length} mirrors`);
      return `${cacheDir}/${mirrors[0]}`;
    },
    open: (options = {}, url = remote.path, signal = undefined) =>
      createGitRepositories({
        cacheDir,
        environment: gitTestEnvironment,
        notice: (sentence) => notices.push(sentence),
        ...options,
      }).open(url, signal),
  };
}

const person = { name: 'Fairlead', email: 'fairlead@example.org', date: '2024-05-06T07:08:09.000Z' };

export function newCommit(
  parent: string,
  changes: Readonly<Record<string, string | null>>,
  message = 'Render',
): NewCommit {
  return { parent, changes: new Map(Object.entries(changes)), message, person };
}
