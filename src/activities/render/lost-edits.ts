import { Failure } from '../../failure.ts';
import { type ComposeInputs, composeEnvironment } from '../../gitops/compose-environment.ts';
import { editsByHand } from '../../render/layout/compose.ts';
import type { Provenance } from '../../render/layout/provenance.ts';
import type { SourceTree } from '../../render/types.ts';

/** The most files that are listed: enough for a reviewer to see whose work it is. The list is kept in history. */
const mostEdits = 20;

/**
 * Lists the files in our folders that a person edited since the last render, and that this one overwrites. They are
 * found by rendering the pair of the branch's provenance. Where that is not possible any more (another renderer, a
 * commit that is gone), none is listed.
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
    return editsByHand({ rendered, provenance, branch }).slice(0, mostEdits);
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return [];
    throw error;
  }
}
