import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { gitopsHead, provenanceAt } from '../../gitops/gitops-branch.ts';
import { placeWords } from '../../lane/place.ts';
import { shortSha } from '../../short-sha.ts';
import type { AdmitOrder, AdmitOutcome } from './contract.ts';

/**
 * Whether the lane of a GitOps branch may go over to an operation's source and environment: where main there contains the
 * main commit that is deployed, by the branch's provenance. Where nothing is deployed, only if nobody else is there.
 */
export async function admitPlatform(
  { repositories }: Pick<Dependencies, 'repositories'>,
  order: AdmitOrder,
): Promise<AdmitOutcome> {
  const { gitops, source: url, others } = order;
  const deployed = await deployedMain(repositories.open(gitops.repository), order);
  if (deployed instanceof Failure) return refused(order, deployed.message);
  if (deployed === undefined) return others ? refused(order, 'others of that platform are there.') : { kind: 'taken' };
  const source = repositories.open(url);
  const mainBranch = await source.mainBranch();
  const head = await source.branchHead(mainBranch);
  // A commit that can be fetched proves nothing: a forge hands out those of a fork's parent, too.
  if (head !== undefined && (await isAtOrBehind(source, deployed, head))) return { kind: 'taken' };
  return refused(order, `main ${shortSha(deployed)}, which is deployed there, is not on ${mainBranch} of ${url}.`);
}

/** Damaged provenance names no commit that could be looked for. */
async function deployedMain(
  gitops: ReturnType<Dependencies['repositories']['open']>,
  order: AdmitOrder,
): Promise<string | Failure | undefined> {
  try {
    return (await provenanceAt(gitops, await gitopsHead(gitops, order.gitops)))?.revision.main;
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return error;
    throw error;
  }
}

function refused({ gitops, place, source, environment }: AdmitOrder, why: string): AdmitOutcome {
  return {
    kind: 'refused',
    why:
      `Branch ${gitops.branch} of ${gitops.repository} belongs to ${placeWords(place)}, ` +
      `not to ${placeWords({ source, environment })}: ${why} Two platforms cannot share a branch: give one of them ` +
      'another `gitops.branch`, or push the deployed commit to main, then retry, or abort.',
  };
}
