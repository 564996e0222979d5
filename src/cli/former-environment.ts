import { Failure } from '../failure.ts';
import type { GitRepository, Sha } from '../git/repository.ts';
import { gitopsTargetAt } from '../gitops/environment-file.ts';
import { unlistedEnvironment } from '../platform/check-environments.ts';
import { closest } from '../platform/closest.ts';
import type { GitopsTarget, Platform } from '../platform/types.ts';

/** A name that `stages` does not list, and the head of the branch of that name; undefined: there is none. */
export interface UnlistedName {
  readonly name: string;
  readonly config: Sha | undefined;
}

/**
 * Finds where the manifests of an environment go that somebody took out of `stages`: its config branch is still there. What is recorded
 * of it can be read, and what waits there can be ended. Throws `Failure` InvalidInput for a name that is no environment's.
 */
export async function formerTarget(
  source: GitRepository,
  platform: Platform,
  { name, config }: UnlistedName,
): Promise<GitopsTarget> {
  if (config === undefined) throw unknownEnvironment(name, platform);
  try {
    return await gitopsTargetAt(source, platform, { name, config });
  } catch (error) {
    // The branch is one of those that have nothing to do with Fairlead.
    if (error instanceof Failure && error.type === 'InvalidConfig') throw unknownEnvironment(name, platform);
    throw error;
  }
}

/** Says of a former environment that it is one. */
export function formerWords(name: string): string {
  return `${name} is not listed in \`stages\` in fairlead.yaml of main any more: promotions pass it by.`;
}

function unknownEnvironment(name: string, { stages }: Platform): Failure {
  const unlisted = unlistedEnvironment(name, stages.flat());
  // Of a name that is nearly another one, nobody wants to hear of environments that are gone.
  if (closest(name, stages.flat()) !== undefined) return unlisted;
  return new Failure(
    unlisted.type,
    `${unlisted.message} If it was an environment until lately, its config branch is gone, too: \`fairlead status\` lists what still runs ` +
      'there by id, and `fairlead abort ID` ends it.',
  );
}
