import { summary } from '../support/report.ts';
import type { Promotion } from './operations.ts';
import { gitopsName } from './place.ts';
import { onRig, type Rig } from './rig.ts';

/** How long approvals took until the forge had merged, in milliseconds. */
export interface ApprovalFigures {
  /** Environments that were still being rendered, or waited for that, when the last approval was merged. */
  readonly rendersLeft: number;
  readonly idle: ReturnType<typeof summary>;
  readonly busy: ReturnType<typeof summary>;
  readonly peakMiB: number;
}

/**
 * Approves environments one after another: first with nothing else to do, then while so many slow renders wait. Throws
 * where no render waits any more at the end.
 */
export async function approvals(renders: number, times: number): Promise<ApprovalFigures> {
  const named = (kind: string, count: number) => Array.from({ length: count }, (_, index) => `${kind}-${index}`);
  const platforms = [
    { name: 'production', environments: named('prod', 2 * times), merge: 'approval' },
    { name: 'many', environments: named('dev', renders), merge: 'manual', slow: true },
  ] as const;
  return onRig(platforms, async (rig) => {
    const { place, worker, promote } = rig;
    const [release = ''] = await place.release('production', 1);
    const production = await promote('production', release);
    await until(async () => (await countIn(production, 'awaiting approval')) === 2 * times);
    const [first, second] = [0, times].map((from) => named('prod', 2 * times).slice(from, from + times));
    const idle = await approveAll(rig, production, first ?? []);
    const [busyCommit = ''] = await place.release('many', 1);
    const many = await promote('many', busyCommit);
    // Some are rendered before the last one asks for it.
    await until(async () => (await countIn(many, 'waiting')) + (await countIn(many, 'queued')) <= 0.1 * renders);
    const busy = await approveAll(rig, production, second ?? []);
    const rendersLeft = await countIn(many, 'rendering');
    if (rendersLeft === 0) throw new Error('all was rendered before the last approval: take more renders');
    await many.decide('abort', { reason: 'the benchmark is over' });
    const { state, message } = await production.result();
    if (state !== 'promoted') throw new Error(`the approved promotion ended as ${state}: ${message}`);
    await many.result();
    return { rendersLeft, idle: summary(idle), busy: summary(busy), peakMiB: await worker.peakMiB() };
  });
}

async function approveAll(rig: Rig, production: Promotion, names: readonly string[]): Promise<number[]> {
  const taken: number[] = [];
  for (const name of names) taken.push(await approve(rig, production, name));
  return taken;
}

/** Approves an environment, and answers the milliseconds until the forge has merged. */
export async function approve({ place }: Rig, production: Promotion, name: string): Promise<number> {
  const { environments } = await production.status();
  const request = environments.find(({ environment }) => environment === name)?.request;
  const began = performance.now();
  await production.decide('approve', { environment: name, head: request?.head });
  await until(async () => {
    const requests = await place.forge.pullRequests(gitopsName);
    return requests.some(({ base, state }) => base === name && state === 'merged');
  });
  return performance.now() - began;
}

/** Counts the environments of a promotion in a state. Throws where one does not go on by itself. */
export async function countIn(promotion: Promotion, wanted: string): Promise<number> {
  const { environments } = await promotion.status();
  const stuck = environments.find(({ state }) => state === 'needs attention');
  if (stuck) throw new Error(`${stuck.environment} does not go on: ${stuck.message}`);
  return environments.filter(({ state }) => state === wanted).length;
}

const patienceMs = 10 * 60_000;

/** Looks until it is so. Throws when it is not within ten minutes. */
export async function until(reached: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await reached()); await new Promise((done) => setTimeout(done, 50)))
    if (Date.now() > end) throw new Error('the scene did not go on within ten minutes');
}
