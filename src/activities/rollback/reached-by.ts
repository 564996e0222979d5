import pLimit from 'p-limit';
import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import type { Deployed } from '../../gitops/deployed.ts';
import { deployedNow } from '../../gitops/deployed-now.ts';
import { gitopsTargetAt } from '../../gitops/environment-file.ts';
import { configFile, platformAt } from '../../gitops/platform-file.ts';
import type { Platform } from '../../platform/types.ts';
import type { PromotionRef, Reach } from './contract.ts';

/** Of so many environments the records are read at once: each may have tens of megabytes. */
const readAtOnce = 4;

/**
 * Finds where a main commit is deployed now, in the order of its own stages, also where the record remembers a later
 * one that changed nothing. Throws `Failure` where an environment cannot be read: it might be one of them.
 */
export async function reachedBy(dependencies: Dependencies, { source: url, commit }: PromotionRef): Promise<Reach> {
  const source = dependencies.repositories.open(url);
  const platform = await platformAt(source, commit);
  const names = platform.stages.flat();
  const heads = await source.branchHeads(names);
  await source.readAhead([...heads.values()], configFile);
  const reading = pLimit(readAtOnce);
  const found = await Promise.all(
    names.map((environment) =>
      reading(async () => {
        const config = heads.get(environment);
        const deployed =
          config === undefined ? undefined : await deployedIn(dependencies, source, { platform, environment, config });
        return { environment, main: deployed?.revision.main, named: deployed?.provenance.revision.main };
      }),
    ),
  );
  const reached: string[] = [];
  const newer: { readonly environment: string; readonly main: string }[] = [];
  for (const { environment, main, named } of found) {
    if (main === commit || named === commit) reached.push(environment);
    else if (main !== undefined && (await isAtOrBehind(source, commit, main))) newer.push({ environment, main });
  }
  return { reached, newer };
}

async function deployedIn(
  dependencies: Dependencies,
  source: GitRepository,
  {
    platform,
    environment,
    config,
  }: { readonly platform: Platform; readonly environment: string; readonly config: string },
): Promise<Deployed | undefined> {
  const gitops = await gitopsTargetAt(source, platform, { name: environment, config });
  try {
    return (await deployedNow(dependencies, { source: source.url, environment, gitops })).deployed;
  } catch (error) {
    // Without a branch, nothing was ever deployed.
    if (error instanceof Failure && error.type === 'NotFound') return undefined;
    throw error;
  }
}
