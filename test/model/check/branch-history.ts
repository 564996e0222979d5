import { shortSha } from '../../../src/short-sha.ts';
import { placesIn, provenanceOf } from '../oracle/deployed.ts';
import type { Pair, Renders } from '../oracle/renders.ts';
import type { World } from '../world/world.ts';
import { Violation } from './violation.ts';

/** How a commit came to an environment's branch. */
export interface Origin {
  /** Of the request that was merged as this commit; undefined: a person pushed it. */
  readonly branch?: string;
  /** Who merged it. */
  readonly by?: string;
  /** A person took something back with it. */
  readonly isRevert: boolean;
  /** A rollback to a recorded pair was asked for. */
  readonly configMayGoBack: boolean;
}

/** Files with this in their name are people's; whatever happens to them is fine. */
export const byHand = 'by-hand';

/** Invariant 1: our folders equal the render of the pair that the provenance names, what hands have written aside. */
export async function checkFolders(
  world: World,
  environment: string,
  commit: string,
  renders: Renders,
  handMade: ReadonlySet<string> = new Set(),
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
    (path) => blobs.get(path) !== actual.get(path) && !handMade.has(actual.get(path) ?? ''),
  );
  if (differing.length === 0) return;
  throw new Violation(
    '1 folders equal the render',
    `${shortSha(commit)} of ${environment} says that it was rendered from ${pairWords(world, pair, environment)}, but ${differing.join(', ')} differ`,
  );
}

/** Invariant 2: nothing goes backwards but by a rollback or a person's revert. */
export function checkDirection(
  world: World,
  environment: string,
  { before, after, commit }: { readonly before: Pair; readonly after: Pair; readonly commit: string },
  { branch, isRevert, configMayGoBack }: Origin,
): void {
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

/** E.g. `main 3 + config 1`: how many commits are before them. */
export function pairWords(world: World, { main, config }: Pair, environment: string): string {
  return `main ${world.source.main.indexOf(main)} + config ${world.source.config.get(environment)?.indexOf(config)}`;
}
