import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { type FreezeCalendar, freezeCalendar } from '../../platform/freeze/freeze.ts';
import type { GitopsTarget } from '../../platform/types.ts';

/** The environment whose freezes are read. */
export interface FreezePlace {
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /** The head of the config branch; undefined: there is none. */
  readonly config: string | undefined;
}

/**
 * Reads what the freeze windows of an environment say of a moment; undefined where the file is missing or broken. An
 * operation that is let in reads the policy, and says what is wrong with it; a freeze that was known before goes on.
 */
export async function readFreeze(
  source: GitRepository,
  place: FreezePlace,
  at: Date,
): Promise<FreezeCalendar | undefined> {
  const { environment, gitops, config } = place;
  if (config === undefined) return undefined;
  // The Platform file only gives the default GitOps repository, and the lane knows the repository already.
  const platform = { name: '', stages: [[environment]], gitopsRepository: gitops.repository };
  try {
    return freezeCalendar((await environmentAt(source, platform, { name: environment, config })).freeze, at);
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return undefined;
    throw error;
  }
}
