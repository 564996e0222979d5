import { join } from 'node:path';
import { git, gitTestEnvironment, type TestRepository, temporaryDirectory } from '../../../support/git.ts';
import { fairlead, type Ran } from '../test-io.ts';

/** A directory in which platforms are begun. */
export interface InitWorld {
  readonly path: string;
  /** Runs `fairlead init` there. */
  init(...args: readonly string[]): Promise<Ran>;
  /** Runs another command there. */
  run(args: readonly string[], cwd?: string): Promise<Ran>;
  /** Runs git in a directory below. */
  git(directory: string, ...args: readonly string[]): string;
  /** Clones a repository, as its users have it. */
  clone(remote: TestRepository, directory: string): void;
  remove(): void;
}

export function initWorld(): InitWorld {
  const { path, remove } = temporaryDirectory('init');
  const env = { ...gitTestEnvironment, HOME: process.env.HOME, FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER };
  const run = (args: readonly string[], cwd = path) => fairlead(args, { env, cwd });
  return {
    path,
    init: (...args) => run(['init', ...args]),
    run,
    git: (directory, ...args) => git(join(path, directory), args),
    clone: (remote, directory) => void git(path, ['clone', '--quiet', remote.path, directory]),
    remove,
  };
}
