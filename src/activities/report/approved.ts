import type { GitopsTarget } from '../../platform/types.ts';
import type { RequestTold } from '../rollout/contract.ts';
import { approvalLines } from './rollout.ts';
import type { ReportingDependencies, Taken } from './send.ts';

const begin = '<!-- fairlead:approved -->';
const end = '<!-- /fairlead:approved -->';

/** Writes who approved what at the beginning of a body, where no forge cuts it, in the place of what stood there. */
export function withApproval(body: string, words: string): string {
  const from = body.indexOf(begin);
  const to = body.indexOf(end, from);
  const rest = from < 0 || to < 0 ? body : `${body.slice(0, from)}${body.slice(to + end.length)}`;
  return `${begin}\n> ${words}\n${end}\n\n${rest.trimStart()}`;
}

/**
 * Tells in the body of a merged request who approved what. Nothing is written where nobody approved it by Fairlead: reviews stand on
 * the forge itself.
 */
export async function tellApproved(
  { outbox, forges }: ReportingDependencies,
  { gitops, request }: { readonly gitops: GitopsTarget; readonly request?: RequestTold | undefined },
): Promise<Taken> {
  if (request?.approval === undefined) return undefined;
  const { number } = request;
  const text = approvalLines(request).join(' ');
  return outbox?.send({
    repository: gitops.repository,
    what: 'comments',
    key: `#${number} body`,
    text,
    weight: 'last',
    async write() {
      const forge = forges.for(gitops.repository);
      const { title, body } = await forge.pullRequest(number);
      await forge.updatePullRequest(number, { title, body: withApproval(body, text) });
      return undefined;
    },
  });
}
