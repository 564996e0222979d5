import { Failure } from '../failure.ts';
import { platformAt } from '../gitops/platform-file.ts';
import { checkInStages } from '../platform/check-environments.ts';
import type { Platform } from '../platform/types.ts';
import { loadSettings } from '../settings/settings.ts';
import type { Io } from './io.ts';
import { openRepositories } from './repositories.ts';

/** How long the source may take to be read, in milliseconds: past that, the worker is left to say what is wrong. */
const patienceMs = 10_000;

/**
 * Refuses an environment that the source does not have, so that no workflow is started to fail. Where the source cannot
 * be read from here, nothing is known, and nothing is refused. Throws `Failure` `InvalidInput` with the nearest name.
 */
export async function checkEnvironmentKnown(source: string, environment: string, io: Io): Promise<void> {
  const platform = await readable(source, io);
  if (platform !== undefined) checkInStages(environment, platform);
}

async function readable(source: string, io: Io): Promise<Platform | undefined> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const repository = openRepositories(await loadSettings(io.env), io).open(source, signal);
    const main = await repository.branchHead(await repository.mainBranch());
    return main === undefined ? undefined : await platformAt(repository, main);
  } catch (error) {
    if (error instanceof Failure || signal.aborted) return undefined;
    throw error;
  }
}
