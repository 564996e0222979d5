import { setTimeout as pause } from 'node:timers/promises';
import { summary } from '../support/report.ts';
import type { Promotion } from './operations.ts';
import { patienceMs } from './place.ts';
import { type OwnedPromotion, onRig, type Rig } from './rig.ts';

/** How long approvals took until the forge had merged, in milliseconds. */
export interface ApprovalFigures {
  /** Approvals that were merged before the last render was done: they alone count as busy. */
  readonly whileRendering: number;
  readonly idle: ReturnType<typeof summary>;
  readonly busy: ReturnType<typeof summary>;
  readonly peakMiB: number;
}

/**
 * Approves environments one after another: first with nothing else to do, then while so many slow renders wait. Throws
 * where all was rendered before the first of those was merged.
 */
export async function approvals(renders: number, times: number): Promise<ApprovalFigures> {
  const named = (kind: string, count: number) => Array.from({ length: count }, (_, index) => `${kind}-${index}`);
  const platforms = [
    { name: 'production', environments: named('prod', 2 * times), merge: 'approval', gitops: 'gitops-production' },
    { name: 'many', environments: named('dev', renders), merge: 'manual', slow: true },
  ] as const;
  return onRig(platforms, async (rig) => {
    const { place, worker, promote } = rig;
    const [release = ''] = await place.release('production', 1);
    const production = await promote('production', release);
    await until(async () => (await countIn(production, 'awaiting approval')) === 2 * times);
    const [first, second] = [0, times].map((from) => named('prod', 2 * times).slice(from, from + times));
    const idle = await approveAll(rig, production, { names: first ?? [], goOn: async () => true });
    const [busyCommit = ''] = await place.release('many', 1);
    const many = await promote('many', busyCommit);
    // Some are rendered before the last one asks for it.
    await until(async () => (await countIn(many, 'waiting', 'queued')) <= 0.1 * renders);
    const goOn = async () => (await countIn(many, 'rendering')) > 0;
    const busy = await approveAll(rig, production, { names: second ?? [], goOn });
    if (busy.length === 0) throw new Error('all was rendered before the first approval was merged: take more renders');
    await many.decide('abort', { reason: 'the benchmark is over' });
    const { state, message } = await production.result();
    if (state !== 'promoted') throw new Error(`the approved promotion ended as ${state}: ${message}`);
    await many.result();
    return { whileRendering: busy.length, idle: summary(idle), busy: summary(busy), peakMiB: await worker.peakMiB() };
  });
}

interface Approvals {
  readonly names: readonly string[];
  /** Tells, after each approval, whether it counts. After one that does not, the rest are approved and not counted. */
  readonly goOn: () => Promise<boolean>;
}

/** Approves the environments one after another, and answers the milliseconds of those that count. */
async function approveAll(rig: Rig, production: OwnedPromotion, { names, goOn }: Approvals): Promise<number[]> {
  const taken: number[] = [];
  let counts = true;
  for (const name of names) {
    const milliseconds = await approve(rig, production, name);
    counts &&= await goOn();
    if (counts) taken.push(milliseconds);
  }
  return taken;
}

/** Approves an environment, and answers the milliseconds until the forge has merged. */
export async function approve({ place }: Rig, production: OwnedPromotion, name: string): Promise<number> {
  const { environments } = await production.status();
  const request = environments.find(({ environment }) => environment === name)?.request;
  if (request === undefined) throw new Error(`${name} has no request that could be approved`);
  const merged = place.merged(production.platform, request.number);
  const began = performance.now();
  await Promise.all([merged, production.decide('approve', { environment: name, head: request.head })]);
  return performance.now() - began;
}

/**
 * Counts the environments of a promotion in one of the states; Infinity: it does not know its environments yet. Throws
 * where one does not go on by itself.
 */
export async function countIn(promotion: Promotion, ...wanted: readonly string[]): Promise<number> {
  const { environments } = await promotion.status();
  if (environments.length === 0) return Number.POSITIVE_INFINITY;
  const stuck = environments.find(({ state }) => state === 'needs attention');
  if (stuck) throw new Error(`${stuck.environment} does not go on: ${stuck.message}`);
  return environments.filter(({ state }) => wanted.includes(state)).length;
}

/** How often is looked. Each look is a query, whose answer takes the worker's time: 120 environments, and the machine is busy. */
const lookMs = 500;

/** Looks until it is so. Throws when it is not within ten minutes. */
export async function until(reached: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await reached()); await pause(lookMs))
    if (Date.now() > end) throw new Error('the scene did not go on within ten minutes');
}
