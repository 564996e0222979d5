import type { ObjectStore } from '../git/object-store.ts';
import { type NoteLine, noteLines } from './record-lines.ts';
import type { Pair, Renders } from './renders.ts';

/** Both repositories, as they are on a disk: the forge's own or a clone. */
export interface Repositories {
  readonly source: ObjectStore;
  readonly gitops: ObjectStore;
}

export interface DeployedPair extends Pair {
  readonly provenance: Pair;
}

/** Reads the pair in a commit's provenance; undefined where it has none. */
export function provenanceOf(gitops: ObjectStore, commit: string): Pair | undefined {
  const text = gitops.file(commit, '.fairlead/provenance.yaml');
  const [, main = '', config = ''] = /^revision: ([0-9a-f]{40})\+([0-9a-f]{40})$/m.exec(text ?? '') ?? [];
  return text === undefined ? undefined : { main, config };
}

const events = ['deployed', 'promoted', 'configured', 'rolled back', 'accepted'];

/**
 * Works out docs/design.md "Deployed commit of an environment" from the repositories alone and without the code under
 * test; undefined where nothing was ever deployed.
 */
export async function deployedIn(
  { source, gitops }: Repositories,
  environment: string,
  renders: Renders,
): Promise<DeployedPair | undefined> {
  // In this order: what is noted by now stands on commits that are on the branch by then.
  const lines = noteLines(gitops, environment);
  const head = gitops.ref(`refs/heads/${environment}`);
  const provenance = head === undefined ? undefined : provenanceOf(gitops, head);
  if (head === undefined || !provenance) return undefined;
  const place = { main: placesIn(source, 'main'), config: placesIn(source, environment) };
  const candidates = candidatesOf(gitops, { head, provenance }, lines).filter(
    ({ main, config }) => placeOf(place.main, main) >= placeOf(place.main, provenance.main) && place.config.has(config),
  );
  const isSame = (pair: Pair) => renders.same(source, provenance, pair);
  let best: Pair = provenance;
  const adopt = async (candidate: Pair) => {
    const main = laterOf(place.main, candidate.main, best.main);
    const config = laterOf(place.config, candidate.config, best.config);
    if (await isSame({ main, config })) best = { main, config };
  };
  let since = candidates.length;
  for (const [index, candidate] of candidates.entries()) {
    if (candidate.operation !== 'rollback' || candidate.event !== 'deployed') continue;
    const config = laterOf(place.config, candidate.config, provenance.config);
    if (!(await isSame({ ...candidate, config }))) continue;
    await adopt(candidate);
    since = index;
    break;
  }
  for (const candidate of candidates.slice(0, since)) await adopt(candidate);
  return { ...best, provenance };
}

/** Answers what the record says about the branch's commits since its main commit changed last, newest first. */
function candidatesOf(
  gitops: ObjectStore,
  { head, provenance }: { readonly head: string; readonly provenance: Pair },
  lines: readonly NoteLine[],
): readonly (NoteLine & Pair)[] {
  const since = (sha: string) => provenanceOf(gitops, sha)?.main !== provenance.main;
  const commits = new Set(gitops.firstParents(head, since));
  return lines.filter(
    (line): line is NoteLine & Pair =>
      events.includes(line.event) && commits.has(line.commit) && line.main !== undefined && line.config !== undefined,
  );
}

/** Answers how many commits are before each commit of a branch whose history is a line. */
export function placesIn(store: ObjectStore, branch: string): ReadonlyMap<string, number> {
  const head = store.ref(`refs/heads/${branch}`);
  const commits = head === undefined ? [] : [...store.firstParents(head)].reverse();
  return new Map(commits.map((sha, index) => [sha, index]));
}

function placeOf(places: ReadonlyMap<string, number>, sha: string): number {
  return places.get(sha) ?? -1;
}

function laterOf(places: ReadonlyMap<string, number>, one: string, other: string): string {
  return placeOf(places, one) > placeOf(places, other) ? one : other;
}
