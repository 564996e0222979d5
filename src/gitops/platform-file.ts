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

/**
 * Does what needs to know bases of main that are newer than what it renders. Main's head of a minute ago is good enough where
 * that succeeds; where it fails for good and main has moved since, it is done once more.
 */
export async function withMainHead<T>(
  source: GitRepository,
  work: (head: string | undefined) => Promise<T>,
): Promise<T> {
  const seen = await source.recentMainHead();
  try {
    return await work(seen);
  } catch (error) {
    if (!(error instanceof Failure) || error.retryable) throw error;
    source.lookAgain();
    const head = await source.branchHead(await source.mainBranch());
    if (head === seen) throw error;
    return work(head);
  }
}

/** What contents were parsed to, for as long as git's cache keeps them, by what was wanted and of which file. */
const parsedBefore = new WeakMap<Uint8Array, Map<string, ParsedSettings[keyof ParsedSettings]>>();

/**
 * Parses a settings file as its repository does it; what was parsed before is remembered, because each environment is
 * checked against all others. Throws `Failure` InvalidConfig with file, line, value and remedy.
 */
export async function parseSettings<Kind extends keyof ParsedSettings>(
  source: GitRepository,
  file: SettingsFile<Kind>,
): Promise<ParsedSettings[Kind]> {
  const { content, ...wanted } = file;
  const remembered = parsedBefore.get(content) ?? new Map<string, ParsedSettings[keyof ParsedSettings]>();
  const key = JSON.stringify(wanted);
  const known = remembered.get(key);
  if (known !== undefined) return known as ParsedSettings[Kind];
  const parsed = source.parseSettings === undefined ? parseSettingsHere(file) : await source.parseSettings(file);
  parsedBefore.set(content, remembered.set(key, parsed));
  return parsed;
}

/** Reads the platform file of a main commit. Throws `Failure` InvalidConfig with file, line, value and remedy. */
export async function platformAt(source: GitRepository, commit: string): Promise<Platform> {
  const file = await source.readFile(commit, configFile);
  if (!file) throw missingPlatformFile(`${shortSha(commit)} of ${source.url}`);
  return parseSettings(source, { kind: 'platform', content: file, file: `${configFile} at ${shortSha(commit)}` });
}
