import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { OperationStatus } from '../../src/operation/status.ts';
import { approve, countIn, until } from '../burst/approvals.ts';
import type { Promotion } from '../burst/operations.ts';
import { onRig } from '../burst/rig.ts';
import { type Poison, poisons } from './commits.ts';

/** What others met while a poisoned commit was promoted; times in milliseconds. */
export interface PoisonFigures {
  /** Answers of `status`, of another platform's promotion. */
  readonly statusMs: readonly number[];
  /** From another platform's approvals to the merges. */
  readonly mergeMs: readonly number[];
  /** The longest time for which this process, in which forge and fleet are, stood still itself. */
  readonly ownStallMs: number;
  /** What became of the poisoned promotion. */
  readonly outcome: string;
  readonly peakMiB: number;
}

/** The states in which a promotion of one environment does not go on by itself, or has ended. */
const settledStates: readonly string[] = ['needs attention', 'promoted', 'failed'];

/**
 * Promotes a poisoned commit on one platform, and meanwhile asks for the status of another platform's promotion and
 * approves its environments, one after the other. Throws where the other platform is not promoted.
 */
export async function besidePoison(poison: Poison, approvals: number): Promise<PoisonFigures> {
  const production = Array.from({ length: approvals }, (_, index) => `prod-${index}`);
  const platforms = [
    { name: 'poisoned', environments: ['dev'], merge: 'auto' },
    { name: 'other', environments: production, merge: 'approval' },
  ] as const;
  return onRig(platforms, async (rig) => {
    const { place, worker, promote } = rig;
    const [release = ''] = await place.release('other', 1);
    const other = await promote('other', release);
    await until(async () => (await countIn(other, 'awaiting approval')) === approvals);
    const { main, config } = poisons[poison];
    if (config().size > 0) await place.commit('poisoned', 'dev', config());
    const commit = await place.commit('poisoned', 'main', new Map([...main(), ['README.md', `${poison}\n`]]));

    const stalls = monitorEventLoopDelay({ resolution: 10 });
    stalls.enable();
    const began = performance.now();
    const poisoned = await promote('poisoned', commit);
    const asking = askAgainAndAgain(other);
    const settled = settlesAs(poisoned, began);
    const mergeMs: number[] = [];
    const watched = async () => {
      for (const name of production) mergeMs.push(await approve(rig, other, name));
      const { state, message } = await other.result();
      if (state !== 'promoted') throw new Error(`the other platform's promotion ended as ${state}: ${message}`);
      return settled;
    };
    const outcome = await watched().finally(asking.stop);
    const statusMs = await asking.figures;
    if (!outcome.startsWith('promoted')) await poisoned.decide('abort', { reason: 'the benchmark is over' });
    return { statusMs, mergeMs, ownStallMs: stalls.max / 1e6, outcome, peakMiB: await worker.peakMiB() };
  });
}

function askAgainAndAgain(promotion: Promotion) {
  let isOver = false;
  const ask = async (): Promise<readonly number[]> => {
    const taken: number[] = [];
    for (; !isOver; await pause(100)) {
      const began = performance.now();
      await promotion.status();
      taken.push(performance.now() - began);
    }
    return taken;
  };
  const figures = ask();
  // A query that fails is told when the figures are asked for.
  figures.catch(() => undefined);
  return {
    figures,
    stop: () => {
      isOver = true;
    },
  };
}

async function settlesAs(promotion: Promotion, began: number): Promise<string> {
  let seen: OperationStatus['environments'][number] | undefined;
  await until(async () => {
    [seen] = (await promotion.status()).environments;
    return seen !== undefined && settledStates.includes(seen.state);
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const why = seen?.state === 'promoted' ? '' : `: ${seen?.message.replace(/\s+/g, ' ').slice(0, 240)}…`;
  return `${seen?.state} after ${seconds} s${why}`;
}
