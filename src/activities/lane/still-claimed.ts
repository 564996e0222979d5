import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { gitopsTargetAt } from '../../gitops/environment-file.ts';
import { configFile, platformAt } from '../../gitops/platform-file.ts';
import { placeWords } from '../../lane/place.ts';
import type { LanePlace } from '../../lane/types.ts';
import { repositoryKey } from '../../platform/repository/platform-id.ts';
import type { GitopsTarget } from '../../platform/types.ts';

/**
 * Says, in a sentence, that an environment still sends its manifests to a GitOps branch, or that nobody can tell; undefined: it does
 * not any more. A copy of a source contains every deployed commit, so that nothing else tells a source that was moved from a copy that
 * somebody made of one that is in use.
 */
export async function stillClaimed(
  { repositories }: Pick<Dependencies, 'repositories'>,
  place: LanePlace,
  gitops: GitopsTarget,
): Promise<string | undefined> {
  try {
    const target = await targetNow(repositories, place);
    const isThere =
      target?.branch === gitops.branch && repositoryKey(target.repository) === repositoryKey(gitops.repository);
    return isThere ? `${placeWords(place)} still names it, in ${configFile} of its config branch.` : undefined;
  } catch (error) {
    // There is no such repository, its URL leads to another one, or this worker does not serve it any more.
    if (error instanceof Failure && (error.type === 'NotFound' || error.type === 'Refused')) return undefined;
    if (!(error instanceof Failure)) throw error;
    return `nobody can tell whether ${placeWords(place)} still names it. ${error.message}`;
  }
}

/** Answers where the manifests of an environment go by the heads of its source; undefined where it is none any more. */
async function targetNow(
  repositories: Dependencies['repositories'],
  { source: url, environment }: LanePlace,
): Promise<GitopsTarget | undefined> {
  const source = repositories.open(url);
  const mainBranch = await source.mainBranch();
  const heads = await source.branchHeads([mainBranch, environment]);
  const [main, config] = [heads.get(mainBranch), heads.get(environment)];
  if (main === undefined || config === undefined) return undefined;
  for (const commit of [main, config]) {
    await source.ensureCommit(commit);
    // What was emptied when it was moved is no platform any more.
    if (!(await source.readFile(commit, configFile))) return undefined;
  }
  const platform = await platformAt(source, main);
  if (!platform.stages.flat().includes(environment)) return undefined;
  return gitopsTargetAt(source, platform, { name: environment, config });
}
