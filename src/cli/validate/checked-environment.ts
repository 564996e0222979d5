import { Failure } from '../../failure.ts';
import { checkInStages } from '../../platform/check-environments.ts';
import type { Platform } from '../../platform/types.ts';
import type { Checkout } from './checkout.ts';

/** The facts that tell whose config branch is checked out. */
interface BranchClues {
  readonly checkout: Checkout;
  /** The environment that a person names. */
  readonly environment?: string;
  /** The branch that a change goes to, and the one that is checked out. */
  readonly targetBranch?: string;
  readonly pushedBranch?: string;
}

/** Answers the environment that a config branch is of. Throws `Failure` InvalidInput where that is not known. */
export function checkedEnvironment(
  { environment, targetBranch, pushedBranch, checkout }: BranchClues,
  platform: Platform | undefined,
): string {
  const names = platform?.stages.flat();
  if (environment !== undefined) {
    if (platform !== undefined) checkInStages(environment, platform);
    return environment;
  }
  const candidates = [targetBranch, pushedBranch].filter((branch) => branch !== undefined);
  const name = candidates.find((branch) => names === undefined || names.includes(branch));
  if (name !== undefined) return name;
  throw new Failure(
    'InvalidInput',
    `It is not known whose config branch this is${whyUnknown(checkout, candidates)}. Say it with --environment${names === undefined ? '' : `, one of: ${names.join(', ')}`}.`,
  );
}

function whyUnknown({ isGit, directory }: Checkout, branches: readonly string[]): string {
  if (branches.length > 0) return ` (${[...new Set(branches)].join(', ')} is no environment)`;
  return isGit ? ' (no branch is checked out)' : ` (${directory} is not the root of a git checkout)`;
}
