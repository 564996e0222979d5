import { createGitRunner } from '../../../../src/git/process/process.ts';
import { createGitRepositories } from '../../../../src/git/repositories.ts';
import type { GitRepositories } from '../../../../src/git/repository.ts';
import { gitTestEnvironment } from '../../../support/git.ts';

const run = createGitRunner();

/** Opens repositories with a cache of their own, and notes the commands that connect, in order. */
export function connectingRepositories(cacheDir: string): {
  readonly repositories: GitRepositories;
  readonly connections: string[];
} {
  const connections: string[] = [];
  const repositories = createGitRepositories({
    cacheDir,
    environment: gitTestEnvironment,
    run: (command) => {
      const [name = ''] = command.args;
      if (['ls-remote', 'fetch', 'push'].includes(name)) connections.push(name);
      return run(command);
    },
  });
  return { repositories, connections };
}
