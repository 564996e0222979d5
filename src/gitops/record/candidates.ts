import type { GitRepository } from '../../git/repository.ts';
import type { Revision } from '../../operation/status.ts';
import { compareNewestFirst, type ParsedRecord } from '../../record/lines.ts';
import { type DeploymentEntry, deployments } from '../../record/queries.ts';
import type { Provenance } from '../../render/layout/provenance.ts';
import { isAtOrBehind } from '../ancestry.ts';
import { readableRevision } from '../gitops-branch.ts';
import { sameRevision } from '../same-render.ts';

/** The most commits since the last change of the main commit that are looked at. */
const mostCommitsBack = 500;

/** The head of a branch, what it says of itself, and its record. */
export interface BranchRecord {
  readonly head: string;
  readonly record: Pick<ParsedRecord, 'entries' | 'unproven'>;
  readonly provenance: Provenance;
}

/**
 * Lists the candidates, newest first: what the record says about the commits of a branch since which the main commit of
 * its head has been deployed. It lists nothing where every entry names the pair that the branch names itself.
 * Those that nobody vouches for are among them, so that they are told.
 */
export async function candidatesAt(
  source: GitRepository,
  gitops: GitRepository,
  { head, record, provenance }: BranchRecord,
): Promise<readonly DeploymentEntry[]> {
  const entries = allDeployments(record);
  const isOther = (entry: DeploymentEntry) => !sameRevision(entry, provenance.revision);
  const others = new Set(entries.filter(isOther).map(({ commit }) => commit));
  if (others.size === 0) return [];
  const commits = await sinceMainChanged(source, gitops, { head, revision: provenance.revision, until: others });
  const candidates = entries.filter(({ commit }) => commits.has(commit));
  return candidates.some(isOther) ? candidates : [];
}

/** Of a record that was read before: there may be 200,000 lines, and each look asks. */
const knownDeployments = new WeakMap<ParsedRecord['entries'], readonly DeploymentEntry[]>();

/** Lists the deployments of a record, newest first, those that nobody vouches for among them. */
function allDeployments({ entries, unproven }: BranchRecord['record']): readonly DeploymentEntry[] {
  const known = knownDeployments.get(entries);
  if (known !== undefined) return known;
  const all = deployments([...entries, ...unproven].sort(compareNewestFirst));
  knownDeployments.set(entries, all);
  return all;
}

/**
 * Finds the commits at or behind the head that are reached through commits of the same main commit and of no later
 * config. It follows second parents, too: a merge by hand does not always have the branch as its first. It ends when
 * all of `until` were met.
 */
async function sinceMainChanged(
  source: GitRepository,
  gitops: GitRepository,
  from: { readonly head: string; readonly revision: Revision; readonly until: ReadonlySet<string> },
): Promise<ReadonlySet<string>> {
  const found = new Map([[from.head, from.revision]]);
  const awaited = new Set(from.until);
  for (const [commit, { main, config }] of found) {
    awaited.delete(commit);
    if (awaited.size === 0 || found.size >= mostCommitsBack) break;
    for (const parent of (await gitops.commit(commit)).parents) {
      const before = found.has(parent) ? undefined : await readableRevision(gitops, parent);
      if (before?.main === main && (await isAtOrBehind(source, before.config, config))) found.set(parent, before);
    }
  }
  return new Set(found.keys());
}
