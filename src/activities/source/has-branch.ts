import type { Dependencies } from '../../dependencies.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { gitopsHead, readableRevision } from '../../gitops/gitops-branch.ts';
import { laneId } from '../../lane/messages.ts';
import { isSamePlace } from '../../lane/place.ts';
import { isPlacedStatus } from '../../lane/received.ts';
import type { LanePlace } from '../../lane/types.ts';
import { statusQuery } from '../../operation/messages.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import type { GitopsTarget } from '../../platform/types.ts';

/** An environment at a commit of its config branch, and the GitOps branch that it names. */
interface PlacedCommit extends LanePlace {
  readonly config: string;
  readonly gitops: GitopsTarget;
}

/**
 * Tells whether a GitOps branch that several environments name is this one's: its lane serves this one, and what is deployed there was
 * rendered with a commit of this one's config branch. Neither is enough: whoever sends messages may start a lane, and whoever writes
 * another config branch may merge the commits of this one into it.
 */
export async function hasBranch(
  { repositories, workflows }: Pick<Dependencies, 'repositories' | 'workflows'>,
  { config, gitops, ...place }: PlacedCommit,
): Promise<boolean> {
  const lane = laneId(platformId(gitops.repository), gitops.branch);
  const status = await workflows.query(lane, statusQuery, undefined);
  if (!isPlacedStatus(status) || !isSamePlace(status, place)) return false;
  const repository = repositories.open(gitops.repository);
  const deployed = await readableRevision(repository, await gitopsHead(repository, gitops));
  return deployed !== undefined && isAtOrBehind(repositories.open(place.source), deployed.config, config);
}
