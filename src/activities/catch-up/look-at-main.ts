import type { MainLook } from '../../catch-up/look.ts';
import type { Dependencies } from '../../dependencies.ts';
import { mainHead } from '../../gitops/platform-file.ts';
import { promotionId } from '../../operation/messages.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import type { MainLookOrder } from './contract.ts';

/** Reads the head of main. Throws `Failure` where there is no main branch, or it cannot be asked for. */
export async function lookAtMain(
  { repositories, workflows }: Pick<Dependencies, 'repositories' | 'workflows'>,
  { source, settled }: MainLookOrder,
): Promise<MainLook> {
  const head = await mainHead(repositories.open(source));
  return { head, isKnown: head === settled || (await workflows.isKnown(promotionId(platformId(source), head))) };
}
