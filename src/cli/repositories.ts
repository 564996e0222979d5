import { join } from 'node:path';
import { createGitRepositories } from '../git/repositories.ts';
import type { GitRepositories } from '../git/repository.ts';
import { commitSigning } from '../settings/commit-signing.ts';
import { gitCredentials } from '../settings/git-credentials.ts';
import type { Settings } from '../settings/settings.ts';
import type { Io } from './io.ts';

/** Opens repositories by mirrors in the cache that workers use, too; several processes may share it. */
export function openRepositories(
  settings: Settings,
  io: Io,
  { mainBranch }: { readonly mainBranch?: string } = {},
): GitRepositories {
  return createGitRepositories({
    cacheDir: join(settings.cacheDirectory, 'mirrors'),
    credentials: gitCredentials(settings),
    author: settings.commitAuthor,
    signing: commitSigning(settings),
    environment: io.env,
    mainBranch,
    notice: (sentence) => io.err(`${sentence}\n`),
  });
}
