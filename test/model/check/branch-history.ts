import { shortSha } from '../../../src/short-names.ts';
import { placesIn, provenanceOf } from '../oracle/deployed.ts';
import type { Pair, Renders } from '../oracle/renders.ts';
import type { World } from '../world/world.ts';
import { Violation } from './violation.ts';

/** How a commit came to an environment's branch. */
export interface Origin {
  /** The branch of the request that was merged as this commit; undefined where a person pushed it. */
  readonly branch?: string;
  /** The person or bot that merged it. */
  readonly by?: string;
  /** Says that a person took something back with it. */
  readonly isRevert: boolean;
  /** Says that a rollback to a recorded pair was asked for. */
  readonly configMayGoBack: boolean;
}

/** The mark in the names of files that are people's; whatever happens to them is fine. */
export const byHand = 'by-hand';

/** What the folders of a branch are compared with. */
export interface FolderTruth {
  readonly world: World;
  readonly renders: Renders;
  /** Object ids of what hands have written; none by default. */
  readonly handMade?: ReadonlySet<string>;
}

/** Checks invariant 1: our folders equal the render of the pair that the provenance names, what hands wrote aside. */
export async function checkFolders(
  { world, renders, handMade }: FolderTruth,
  environment: string,
  commit: string,
): Promise<void> {
  const pair = provenanceOf(world.gitops, commit);
  if (!pair) return;
  const { blobs } = await renders.of(world.source.store, pair);
  const actual = new Map(
    [...world.gitops.files(commit)].flatMap(([path, { oid }]) =>
      path.startsWith('one/') && !path.includes(byHand) ? [[path, oid]] : [],
    ),
  );
  const differing = [...new Set([...blobs.keys(), ...actual.keys()])].filter(
    (path) => blobs.get(path) !== actual.get(path) && !handMade?.has(actual.get(path) ?? ''),
  );
  if (differing.length === 0) return;
  throw new Violation(
    '1 folders equal the render',
    `${shortSha(commit)} of ${environment} says that it was rendered from ${pairWords(world, pair, environment)}, but ${differing.join(', ')} differ`,
  );
}

/** A commit that changed the pair of an environment's branch. */
export interface PairChange {
  readonly before: Pair;
  readonly after: Pair;
  readonly commit: string;
  readonly origin: Origin;
}

/** Checks invariant 2: nothing goes backwards but by a rollback or a person's revert. */
export function checkDirection(world: World, environment: string, { before, after, commit, origin }: PairChange): void {
  const { branch, isRevert, configMayGoBack } = origin;
  if (isRevert) return;
  const isRollback = branch?.startsWith('rollback/') ?? false;
  const words = `${shortSha(commit)} of ${environment} (${branch ?? 'pushed by hand'}) goes from ${pairWords(world, before, environment)} to ${pairWords(world, after, environment)}`;
  const main = placesIn(world.source.store, 'main');
  if (!isRollback && (main.get(after.main) ?? -1) < (main.get(before.main) ?? -1))
    throw new Violation('2 main does not go back', words);
  const config = placesIn(world.source.store, environment);
  if (!(isRollback && configMayGoBack) && (config.get(after.config) ?? -1) < (config.get(before.config) ?? -1))
    throw new Violation('2 config does not go back', words);
}

/** Describes a pair by how many commits are before each: `main 3 + config 1`. */
export function pairWords(world: World, { main, config }: Pair, environment: string): string {
  return `main ${world.source.main.indexOf(main)} + config ${world.source.config.get(environment)?.indexOf(config)}`;
}
