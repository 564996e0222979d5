import { Failure } from '../failure.ts';
import { platformAt } from '../gitops/platform-file.ts';
import { checkInStages } from '../platform/check-environments.ts';
import type { Platform } from '../platform/types.ts';
import { loadSettings } from '../settings/settings.ts';
import type { Io } from './io.ts';
import { openRepositories } from './repositories.ts';

/**
 * The time, in milliseconds, that the source may take to be read. After that it is left to the worker to say what is
 * wrong.
 */
const sourceTimeoutMs = 10_000;

/**
 * Refuses an environment that the source does not have, so that no workflow is started only to fail. Where the source
 * cannot be read from here, nothing is refused. Throws `Failure` InvalidInput with the nearest name.
 */
export async function checkEnvironmentKnown(source: string, environment: string, io: Io): Promise<void> {
  const platform = await platformIfReadable(source, io);
  if (platform !== undefined) checkInStages(environment, platform);
}

/** Reads the platform at main's head; undefined: it cannot be read from here. */
async function platformIfReadable(source: string, io: Io): Promise<Platform | undefined> {
  const signal = AbortSignal.timeout(sourceTimeoutMs);
  try {
    const repository = openRepositories(await loadSettings(io.env), io).open(source, signal);
    const main = await repository.branchHead(await repository.mainBranch());
    return main === undefined ? undefined : await platformAt(repository, main);
  } catch (error) {
    if (error instanceof Failure || signal.aborted) return undefined;
    throw error;
  }
}
