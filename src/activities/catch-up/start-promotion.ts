import type { Dependencies } from '../../dependencies.ts';
import { type PromotionInput, promotionId, promotionWorkflow } from '../../operation/messages.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import { shortSha } from '../../short-names.ts';
import type { CommitRef } from '../source/contract.ts';

/** Starts the promotion of a commit, unless there ever was one that Temporal remembers. */
export async function startPromotion(
  { workflows }: Pick<Dependencies, 'workflows'>,
  { source, commit }: CommitRef,
): Promise<{ readonly started: boolean }> {
  const platform = platformId(source);
  const input: PromotionInput = { source, commit };
  const started = await workflows.startOnce({
    workflow: promotionWorkflow,
    workflowId: promotionId(platform, commit),
    args: [input],
    summary: `${platform} ${shortSha(commit)}`,
    attributes: { platform, commit },
  });
  return { started };
}
