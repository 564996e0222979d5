import type { Dependencies } from '../../dependencies.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { readableRevision } from '../../gitops/gitops-branch.ts';
import { laneId } from '../../lane/messages.ts';
import { isSamePlace } from '../../lane/place.ts';
import { isPlacedStatus } from '../../lane/received.ts';
import type { LanePlace } from '../../lane/types.ts';
import { statusQuery } from '../../operation/messages.ts';
import { sharingBranch } from '../../platform/check-environments.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import type { Environment, GitopsTarget } from '../../platform/types.ts';

type PlacedEnvironment = Pick<Environment, 'name' | 'gitops'>;

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
async function hasBranch(
  { repositories, workflows }: Pick<Dependencies, 'repositories' | 'workflows'>,
  { config, gitops, ...place }: PlacedCommit,
): Promise<boolean> {
  const lane = laneId(platformId(gitops.repository), gitops.branch);
  const status = await workflows.query(lane, statusQuery, undefined);
  if (!isPlacedStatus(status) || !isSamePlace(status, place)) return false;
  return isRenderedWith(repositories, place.source, { gitops, config });
}

/** Tells whether what a GitOps branch has was rendered with this config commit, or one behind it. */
async function isRenderedWith(
  repositories: Dependencies['repositories'],
  source: string,
  { gitops, config }: Pick<PlacedCommit, 'gitops' | 'config'>,
): Promise<boolean> {
  const repository = repositories.open(gitops.repository);
  const head = await repository.branchHead(gitops.branch);
  if (head === undefined || !(await repository.ensureCommit(head))) return false;
  const deployed = await readableRevision(repository, head);
  return deployed !== undefined && isAtOrBehind(repositories.open(source), deployed.config, config);
}

/** An environment of a source. */
interface AskedEnvironment {
  readonly source: string;
  /** The heads of the config branches. */
  readonly heads: ReadonlyMap<string, string>;
  readonly environment: PlacedEnvironment;
}

/**
 * Lists the other environments that may keep this one from its branches: whoever writes a config branch may name those of somebody
 * else's there. One that names its GitOps branch keeps it where that is not this one's; one that names its former branch, where that is
 * the other's.
 */
export async function othersInTheWay<Other extends PlacedEnvironment>(
  dependencies: Parameters<typeof hasBranch>[0],
  { source, heads, environment }: AskedEnvironment,
  others: readonly Other[],
): Promise<readonly Other[]> {
  const { name, gitops } = environment;
  const configOf = (of: string) => heads.get(of) ?? '';
  const sharing = sharingBranch(gitops, others);
  const here = { source, environment: name, config: configOf(name), gitops };
  const passedOver = new Set(sharing.length > 0 && (await hasBranch(dependencies, here)) ? sharing : []);
  const { repository, renamedFrom: branch } = gitops;
  if (branch !== undefined)
    for (const other of sharingBranch({ repository, branch }, others)) {
      const isOf = (of: string) =>
        isRenderedWith(dependencies.repositories, source, { gitops: other.gitops, config: configOf(of) });
      if (!(await isOf(other.name)) || (await isOf(name))) passedOver.add(other);
    }
  return others.filter((other) => !passedOver.has(other));
}
