import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import type { Platform } from '../platform/types.ts';
import type { CommitRef } from './contract.ts';
import { deployedNow } from './deployed-now.ts';
import type { Parts } from './parts.ts';
import { environmentAt } from './read-environment.ts';
import { platformAt } from './read-platform.ts';

/**
 * Environments at which a main commit is deployed now, in the order of its own stages. Throws `Failure` where one cannot
 * be read: it might be one of them.
 */
export async function reachedBy(parts: Parts, { source: url, commit }: CommitRef): Promise<readonly string[]> {
  const source = parts.repositories.open(url);
  const platform = await platformAt(source, commit);
  const names = platform.stages.flat();
  const heads = await source.branchHeads(names);
  const reached = await Promise.all(
    names.map(async (name) => {
      const config = heads.get(name);
      return config !== undefined && (await deployedMain(parts, source, platform, name, config)) === commit;
    }),
  );
  return names.filter((_, index) => reached[index]);
}

async function deployedMain(
  parts: Parts,
  source: GitRepository,
  platform: Platform,
  environment: string,
  config: string,
): Promise<string | undefined> {
  const { gitops } = await environmentAt(source, platform, environment, config);
  try {
    const { deployed } = await deployedNow(parts, { source: source.url, environment, gitops });
    return deployed?.revision.main;
  } catch (error) {
    // Without a branch, nothing ever came there.
    if (error instanceof Failure && error.type === 'NotFound') return undefined;
    throw error;
  }
}
