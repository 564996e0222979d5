import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { type FreezeCalendar, freezeCalendar } from '../../platform/freeze/freeze.ts';
import type { GitopsTarget } from '../../platform/types.ts';

export interface FreezePlace {
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /** Head of the config branch; undefined: there is none. */
  readonly config: string | undefined;
}

/**
 * What the freeze windows of an environment say of this moment. Undefined: the file is missing or broken. Who is let in
 * reads the policy, and says what is wrong with it; a freeze that was known before does not end by that.
 */
export async function readFreeze(
  source: GitRepository,
  place: FreezePlace,
  at: Date,
): Promise<FreezeCalendar | undefined> {
  const { environment, gitops, config } = place;
  if (config === undefined) return undefined;
  // Of the Platform file only the default counts, which the lane knows better: it was asked for by its GitOps branch.
  const platform = { name: '', stages: [[environment]], gitopsRepository: gitops.repository };
  try {
    return freezeCalendar((await environmentAt(source, platform, { name: environment, config })).freeze, at);
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return undefined;
    throw error;
  }
}
