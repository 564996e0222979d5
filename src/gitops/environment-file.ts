import type { GitRepository } from '../git/repository.ts';
import { missingEnvironmentFile } from '../platform/check-environments.ts';
import type { EnvironmentContext } from '../platform/environment.ts';
import type { Environment, GitopsTarget, Platform } from '../platform/types.ts';
import { configFile, parseSettings } from './platform-file.ts';

/** An environment, and a commit of its config branch. */
export interface EnvironmentCommit {
  readonly name: string;
  readonly config: string;
}

/** Reads the environment file of one commit of a config branch. Throws `Failure` InvalidConfig with file, line, value, remedy. */
export async function environmentAt(
  source: GitRepository,
  platform: Pick<Platform, 'gitopsRepository'>,
  at: EnvironmentCommit,
): Promise<Environment> {
  const content = await readEnvironmentFile(source, at);
  return parseSettings(source, { kind: 'environment', content, context: contextOf(platform, at) });
}

/**
 * Reads where the manifests of an environment go, whatever else is wrong with its file. Throws `Failure` InvalidConfig
 * where that cannot be known.
 */
export async function gitopsTargetAt(
  source: GitRepository,
  platform: Platform,
  at: EnvironmentCommit,
): Promise<GitopsTarget> {
  const content = await readEnvironmentFile(source, at);
  return parseSettings(source, { kind: 'gitopsTarget', content, context: contextOf(platform, at) });
}

async function readEnvironmentFile(source: GitRepository, { name, config }: EnvironmentCommit): Promise<Buffer> {
  await source.ensureCommit(config);
  const file = await source.readFile(config, configFile);
  if (!file) throw missingEnvironmentFile(name);
  return file;
}

function contextOf(
  { gitopsRepository }: Pick<Platform, 'gitopsRepository'>,
  { name }: EnvironmentCommit,
): EnvironmentContext {
  return { file: `${configFile} of branch ${name}`, name, platform: { gitopsRepository } };
}
