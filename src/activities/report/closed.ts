import { mainInBranch, ownerOf } from '../../gitops/request-branch.ts';
import type { GitopsTarget } from '../../platform/types.ts';
import { type ReportingDependencies, tellMain } from './send.ts';

/** A request of ours that is closed, and why. */
export interface ClosedRequest {
  /** Undefined: an older release asks for it. */
  readonly source?: string | undefined;
  readonly environment?: string | undefined;
  readonly gitops: GitopsTarget;
  readonly branch: string;
  /** Plain text. */
  readonly reason: string;
}

/**
 * Tells at the main commit that a request of ours is closed without a merge, so that it waits for nothing any more. Answers whether the
 * forge has yet to take it.
 */
export async function tellClosed(dependencies: ReportingDependencies, closed: ClosedRequest): Promise<boolean> {
  const { source, environment, gitops, branch, reason } = closed;
  if (source === undefined || environment === undefined) return false;
  const operation = ownerOf(branch, { source, environment, gitops })?.operation;
  const main = mainInBranch(branch);
  if (operation === undefined || main === undefined) return false;
  const place = { source, environment, operation, main };
  const taken = await tellMain(dependencies, place, { state: 'error', description: reason, weight: 'last' });
  return taken === 'pending';
}
