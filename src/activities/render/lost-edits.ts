import { Failure } from '../../failure.ts';
import { type ComposeInputs, composeEnvironment } from '../../gitops/compose-environment.ts';
import { editsByHand } from '../../render/layout/compose.ts';
import type { Provenance } from '../../render/layout/provenance.ts';
import type { SourceTree } from '../../render/types.ts';

/** Enough for a reviewer to see whose work it is; the list is kept in history. */
const most = 20;

/**
 * Files in our folders that a person edited since the last render, and that this one overwrites. Found by
 * rendering what the branch says it was rendered from; where that is not possible any more (another
 * renderer, a commit that is gone), nothing is claimed.
 */
export async function lostEdits(
  inputs: Omit<ComposeInputs, 'branch'>,
  branch: SourceTree,
  last: Provenance,
): Promise<readonly string[]> {
  const { main, config } = last.revision;
  if (JSON.stringify(last.renderer) !== JSON.stringify(await inputs.renderer.versions())) return [];
  try {
    const { rendered, provenance } = await composeEnvironment({ ...inputs, main, config, branch });
    return editsByHand({ rendered, provenance, branch }).slice(0, most);
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return [];
    throw error;
  }
}
