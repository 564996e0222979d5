import { shortSha } from '../../../src/short-names.ts';
import { provenanceOf } from '../oracle/deployed.ts';
import { noteLines } from '../oracle/record-lines.ts';
import type { Pair } from '../oracle/renders.ts';
import type { World } from '../world/world.ts';
import type { Origin } from './branch-history.ts';
import { bot } from './requests.ts';
import { Violation } from './violation.ts';

/**
 * The time for which a revert does not count yet: nobody can stand between a look at the branch and the merge that
 * follows.
 */
const crossingMs = 2_000;

interface Owed {
  readonly environment: string;
  readonly revert: string;
  readonly main: string;
}

/**
 * Checks that where a person took an environment back, Fairlead merges no promotion by itself before its lane was held
 * for that.
 */
export class RevertAnswers {
  readonly #world: World;
  readonly #reverts: ReadonlyMap<string, number>;
  readonly #owed: Owed[] = [];

  constructor(world: World, reverts: ReadonlyMap<string, number>) {
    this.#world = world;
    this.#reverts = reverts;
  }

  /** Notes that a commit has come to the branch. */
  note(
    environment: string,
    { parent, before, after }: { readonly parent: string; readonly before: Pair; readonly after: Pair },
    { branch, by }: Origin,
  ): void {
    if (by !== bot || !branch?.startsWith('deploy/') || before.main === after.main) return;
    const revert = this.#revertBehind(parent, before.main);
    if (revert === undefined || !this.#isKnown(environment, before.main)) return;
    this.#owed.push({ environment, revert, main: after.main });
  }

  check(): void {
    for (const { environment, revert, main } of this.#owed) {
      const isHeld = noteLines(this.#world.gitops, environment).some((line) => line.revert === revert);
      if (isHeld) continue;
      throw new Violation(
        '2 a revert is answered',
        `main ${this.#world.source.main.indexOf(main)} was merged in ${environment} over the revert ${shortSha(revert)}, for which nobody held it`,
      );
    }
  }

  /** Answers the revert since which the branch names this main commit, unless it came only just now. */
  #revertBehind(parent: string, main: string): string | undefined {
    const { gitops } = this.#world;
    const since = [...gitops.firstParents(parent, (sha) => provenanceOf(gitops, sha)?.main !== main)].at(-1);
    const at = since === undefined ? undefined : this.#reverts.get(since);
    return at !== undefined && Date.now() - at > crossingMs ? since : undefined;
  }

  /** Says that by the record something newer was there last. */
  #isKnown(environment: string, main: string): boolean {
    const { gitops, source } = this.#world;
    const events = ['deployed', 'promoted', 'rolled back', 'accepted'];
    const last = noteLines(gitops, environment).find(
      ({ event, operation, by }) => events.includes(event) && operation !== 'config change' && by !== 'mallory',
    );
    return source.main.indexOf(last?.main ?? '') > source.main.indexOf(main);
  }
}
