import type { GitRepository } from '../git/repository.ts';
import { missingEnvironmentFile } from '../platform/check-environments.ts';
import { parseEnvironment } from '../platform/environment.ts';
import type { Environment, Platform } from '../platform/types.ts';
import { configFile } from './platform-file.ts';

/** Reads the environment file of one commit of a config branch. Throws `Failure` InvalidConfig with file, line, value, remedy. */
export async function environmentAt(
  source: GitRepository,
  platform: Platform,
  { name, config }: { readonly name: string; readonly config: string },
): Promise<Environment> {
  await source.ensureCommit(config);
  const file = await source.readFile(config, configFile);
  if (!file) throw missingEnvironmentFile(name);
  return parseEnvironment(file, { file: `${configFile} of branch ${name}`, name, platform });
}
