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

/** The pair in a commit's provenance; undefined: it has none. */
export function provenanceOf(gitops: ObjectStore, commit: string): Pair | undefined {
  const text = gitops.file(commit, '.fairlead/provenance.yaml');
  const [, main = '', config = ''] = /^revision: ([0-9a-f]{40})\+([0-9a-f]{40})$/m.exec(text ?? '') ?? [];
  return text === undefined ? undefined : { main, config };
}

const events = ['deployed', 'promoted', 'configured', 'rolled back', 'accepted'];

/**
 * DESIGN "Deployed commit of an environment", worked out from the repositories alone and without the code under test;
 * undefined: nothing was ever deployed.
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
  const claims = claimsOf(gitops, head, provenance, lines).filter(
    ({ main, config }) => at(place.main, main) >= at(place.main, provenance.main) && place.config.has(config),
  );
  const isSame = (pair: Pair) => renders.same(source, provenance, pair);
  let best: Pair = provenance;
  const adopt = async (claim: Pair) => {
    const main = at(place.main, claim.main) > at(place.main, best.main) ? claim.main : best.main;
    const config = at(place.config, claim.config) > at(place.config, best.config) ? claim.config : best.config;
    if (await isSame({ main, config })) best = { main, config };
  };
  let since = claims.length;
  for (const [index, claim] of claims.entries()) {
    if (claim.operation !== 'rollback' || claim.event !== 'deployed') continue;
    if (!(await isSame({ ...claim, config: later(place.config, claim.config, provenance.config) }))) continue;
    await adopt(claim);
    since = index;
    break;
  }
  for (const claim of claims.slice(0, since)) await adopt(claim);
  return { ...best, provenance };
}

/** What the record says about the commits of the branch since its main commit changed last, newest first. */
function claimsOf(
  gitops: ObjectStore,
  head: string,
  provenance: Pair,
  lines: readonly NoteLine[],
): readonly (NoteLine & Pair)[] {
  const since = (sha: string) => provenanceOf(gitops, sha)?.main !== provenance.main;
  const commits = new Set(gitops.firstParents(head, since));
  return lines.filter(
    (line): line is NoteLine & Pair =>
      events.includes(line.event) && commits.has(line.commit) && line.main !== undefined && line.config !== undefined,
  );
}

/** Commit → how many are before it, on a branch whose history is a line. */
export function placesIn(store: ObjectStore, branch: string): ReadonlyMap<string, number> {
  const head = store.ref(`refs/heads/${branch}`);
  const commits = head === undefined ? [] : [...store.firstParents(head)].reverse();
  return new Map(commits.map((sha, index) => [sha, index]));
}

function at(places: ReadonlyMap<string, number>, sha: string): number {
  return places.get(sha) ?? -1;
}

function later(places: ReadonlyMap<string, number>, one: string, other: string): string {
  return at(places, one) > at(places, other) ? one : other;
}
