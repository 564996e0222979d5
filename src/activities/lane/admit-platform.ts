import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { gitopsHead, provenanceAt } from '../../gitops/gitops-branch.ts';
import { laneId } from '../../lane/messages.ts';
import { placeWords } from '../../lane/place.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import { shortSha } from '../../short-names.ts';
import type { AdmitOrder, AdmitOutcome } from './contract.ts';
import { stillClaimed } from './still-claimed.ts';

/**
 * Tells whether the lane of a GitOps branch moves to an operation's source and environment: it does where main of that
 * source contains the main commit that is deployed, by the branch's provenance, and the environment that the lane serves names the
 * branch no more. Where nothing is deployed, it moves only if no other operation is in the lane.
 */
export async function admitPlatform(
  { repositories }: Pick<Dependencies, 'repositories'>,
  order: AdmitOrder,
): Promise<AdmitOutcome> {
  const { gitops, source: url, others, place } = order;
  const deployed = await deployedMain(repositories.open(gitops.repository), order);
  if (deployed instanceof Failure) return refusedOutcome(order, deployed.message);
  if (deployed === undefined)
    return others ? refusedOutcome(order, 'operations of that platform are in its lane.') : { kind: 'taken' };
  const source = repositories.open(url);
  const mainBranch = await source.mainBranch();
  const head = await source.branchHead(mainBranch);
  // A commit that can be fetched proves nothing: a forge hands out those of a fork's parent, too.
  if (head === undefined || !(await isAtOrBehind(source, deployed, head)))
    return refusedOutcome(
      order,
      `main ${shortSha(deployed)}, which is deployed there, is not on ${mainBranch} of ${url}.`,
    );
  const claim = await stillClaimed({ repositories }, place, gitops);
  return claim === undefined ? { kind: 'taken' } : stillClaimedOutcome(order, claim);
}

function stillClaimedOutcome({ gitops, place, source, environment }: AdmitOrder, claim: string): AdmitOutcome {
  return {
    kind: 'refused',
    why:
      `Branch ${gitops.branch} of ${gitops.repository} belongs to ${placeWords(place)}, ` +
      `not to ${placeWords({ source, environment })}: ${claim} Where the environment was moved or renamed, take ` +
      `${place.environment} out of \`stages\` on main there, or remove its config branch; where both URLs are one repository, ` +
      `have Temporal forget the lane: ${forgetCommand(gitops)}. Then retry, or abort.`,
  };
}

/** A lane that begins anew asks its earlier run where it belongs, so that all of its runs must go. */
function forgetCommand({ repository, branch }: AdmitOrder['gitops']): string {
  return `temporal workflow delete --query 'WorkflowId = "${laneId(platformId(repository), branch)}"'`;
}

/** Reads which main commit the branch names. Damaged provenance names none, and its failure is the answer. */
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

function refusedOutcome({ gitops, place, source, environment }: AdmitOrder, why: string): AdmitOutcome {
  return {
    kind: 'refused',
    why:
      `Branch ${gitops.branch} of ${gitops.repository} belongs to ${placeWords(place)}, ` +
      `not to ${placeWords({ source, environment })}: ${why} Two platforms cannot share a branch: give one of them ` +
      'another `gitops.branch`, or push the deployed commit to main, then retry, or abort.',
  };
}
