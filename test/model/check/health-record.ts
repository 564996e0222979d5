import { shortSha } from '../../../src/short-names.ts';
import { provenanceOf } from '../oracle/deployed.ts';
import { type NoteLine, noteLines } from '../oracle/record-lines.ts';
import type { Renders } from '../oracle/renders.ts';
import type { World } from '../world/world.ts';
import { pairWords } from './branch-history.ts';
import { Violation } from './violation.ts';

/** Checks that what is recorded as healthy was seen healthy: the clusters were asked, and ran those very manifests. */
export class HealthRecord {
  readonly #world: World;
  readonly #renders: Renders;
  readonly #seen = new Set<string>();
  readonly #begun = new Date().toISOString();

  constructor(world: World, renders: Renders) {
    this.#world = world;
    this.#renders = renders;
  }

  /** Looks at the lines that have come since the last time. */
  async check(environment: string): Promise<void> {
    for (const line of noteLines(this.#world.gitops, environment)) {
      const key = JSON.stringify(line);
      if (this.#seen.has(key) || line.time < this.#begun || !claimsHealth(line)) continue;
      this.#seen.add(key);
      if (await this.#wasSeen(environment, line)) continue;
      const { event, main = '', config = '', commit } = line;
      const words = pairWords(this.#world, { main, config }, environment);
      throw new Violation(
        '3 healthy on evidence',
        `${words} is recorded as ${event} at ${shortSha(commit)} of ${environment}, and no cluster was seen healthy with it`,
      );
    }
  }

  async #wasSeen(environment: string, { main = '', config = '', time }: NoteLine): Promise<boolean> {
    const { fleet, gitops, source } = this.#world;
    for (const { commit, at } of fleet.seenHealthy(environment)) {
      const pair = at <= time ? provenanceOf(gitops, commit) : undefined;
      if (pair && (await this.#renders.same(source.store, pair, { main, config }))) return true;
    }
    return false;
  }
}

function claimsHealth({ event, clusters }: NoteLine): boolean {
  return (
    ['promoted', 'configured', 'rolled back'].includes(event) &&
    clusters !== undefined &&
    clusters.healthy === clusters.total
  );
}
