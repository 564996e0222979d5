import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import { missingPlatformFile } from '../platform/check-environments.ts';
import { type ParsedSettings, parseSettingsHere, type SettingsFile } from '../platform/settings-parser.ts';
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

/** Parses a settings file as its repository does it. Throws `Failure` InvalidConfig with file, line, value and remedy. */
export async function parseSettings<Kind extends keyof ParsedSettings>(
  source: GitRepository,
  file: SettingsFile<Kind>,
): Promise<ParsedSettings[Kind]> {
  return source.parseSettings === undefined ? parseSettingsHere(file) : source.parseSettings(file);
}

/** Reads the platform file of a main commit. Throws `Failure` InvalidConfig with file, line, value and remedy. */
export async function platformAt(source: GitRepository, commit: string): Promise<Platform> {
  const file = await source.readFile(commit, configFile);
  if (!file) throw missingPlatformFile(`${shortSha(commit)} of ${source.url}`);
  return parseSettings(source, { kind: 'platform', content: file, file: `${configFile} at ${shortSha(commit)}` });
}
