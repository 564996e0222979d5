import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import { missingPlatformFile } from '../platform/check-environments.ts';
import { parsePlatform } from '../platform/platform.ts';
import type { Platform } from '../platform/types.ts';
import { shortSha } from '../short-names.ts';

/** The name of the Platform file and of the Environment files. */
export const configFile = 'fairlead.yaml';

/**
 * Answers the head of the main branch, asked of the remote. Throws `Failure` NotFound where there is no such branch.
 */
export async function mainHead(source: GitRepository): Promise<string> {
  const mainBranch = await source.mainBranch();
  const head = await source.branchHead(mainBranch);
  if (head) return head;
  throw new Failure('NotFound', `${source.url} has no branch ${mainBranch}: promotions start there. Push one.`);
}

/** Reads the platform file of a main commit. Throws `Failure` InvalidConfig with file, line, value and remedy. */
export async function platformAt(source: GitRepository, commit: string): Promise<Platform> {
  const file = await source.readFile(commit, configFile);
  if (!file) throw missingPlatformFile(`${shortSha(commit)} of ${source.url}`);
  return parsePlatform(file, `${configFile} at ${shortSha(commit)}`);
}
