import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../../../../fakes/github/server.ts';
import { type RunningForge, startForge } from '../../../../fakes/github/start.ts';
import { createForges } from '../../../../src/forge/forges.ts';
import type { Forge } from '../../../../src/forge/port.ts';
import { temporaryDirectory } from '../../../support/git.ts';
import { type BranchPair, createWorkbench } from '../world.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

const TOKEN = 'ghp_bot';
const promotions = 200;
let directory: ReturnType<typeof temporaryDirectory>;
let server: RunningForge;
let time: VirtualTime;
let url: string;
let pairs: readonly BranchPair[];
let refusals: Exchange[];

async function start(counts = /^POST \/repos/): Promise<void> {
  server = await startForge({
    directory: join(directory.path, 'repositories'),
    token: TOKEN,
    hourlyLimit: 5_000,
    contentLimits: { perMinute: 80, perHour: 500, counts },
    now: () => new Date(time.now()),
    onExchange: (exchange) => void ([403, 429].includes(exchange.status) && refusals.push(exchange)),
  });
  url = (await server.createRepository('acme', 'gitops')).url;
  const bench = await createWorkbench(join(directory.path, 'local'), { url, token: TOKEN }, promotions + 1);
  pairs = Array.from({ length: promotions + 1 }, () => bench.pair());
}

/** A worker of its own, which knows nothing of what others have used. */
function worker(): Forge {
  const setting = { host: server.host, kind: 'github', apiUrl: server.apiUrl, tokenName: 'TOKEN' } as const;
  return createForges({ forges: [{ ...setting, token: async () => TOKEN }], now: time.now }).for(url);
}

beforeEach(() => {
  directory = temporaryDirectory('limits');
  time = createVirtualTime();
  refusals = [];
});
afterEach(async () => {
  await server.close();
  directory.remove();
});

/** All calls of a promotion's environment, each step tried again by itself. */
function promote(forge: Forge, { draft, sha }: BranchPair): void {
  time.at(time.now(), async () => {
    const { number } = await forge.openPullRequest(draft);
    time.at(time.now(), async () => {
      await forge.pullRequest(number, { isForMerge: true });
      expect(await forge.merge(number, sha)).toMatchObject({ kind: 'merged' });
      time.at(time.now(), () => forge.relabel(number, 'deployed', ['promoted']));
    });
  });
}

describe('200 promotions at once, with what GitHub allows', () => {
  it.each([
    ['one worker', 1],
    ['two workers that know nothing of each other', 2],
  ])('all end, and an approval is not behind them: %s', { timeout: 240_000 }, async (_, workers) => {
    await start();
    const forges = Array.from({ length: workers }, worker);
    const [production, ...others] = pairs;
    const approver = forges[0];
    if (production === undefined || approver === undefined) throw new Error('nothing to approve');
    const { number } = await approver.openPullRequest(production.draft);
    others.forEach((pair, index) => {
      const forge = forges[index % workers];
      if (forge) promote(forge, pair);
    });
    const approvedAt = time.now() + 90_000;
    let mergedAt = Number.POSITIVE_INFINITY;
    time.at(approvedAt, async () => {
      await approver.pullRequest(number, { isForMerge: true });
      expect(await approver.merge(number, production.sha)).toMatchObject({ kind: 'merged' });
      mergedAt = time.now();
    });
    await time.run();
    expect(time.failures).toEqual([]);
    const all = await server.pullRequests('acme/gitops');
    expect(all.filter(({ state, labels }) => state === 'merged' && labels.includes('deployed'))).toHaveLength(
      promotions,
    );
    expect(mergedAt - approvedAt).toBeLessThan(5_000);
    // One worker keeps to the limits by itself; several of them meet them, and wait.
    if (workers === 1) expect(refusals).toEqual([]);
    else expect(refusals.length).toBeGreaterThan(0);
  });
});

describe('What is created beside requests', () => {
  it('counts among what a worker creates in a minute', async () => {
    await start(/^POST .*\/deployments$/);
    const sha = pairs[0]?.sha ?? '';
    const wanted = { statuses: true, comments: true, deployments: true };
    const signIn = { tokenName: 'TOKEN', token: async () => TOKEN };
    const setting = { host: server.host, kind: 'github', apiUrl: server.apiUrl, reports: wanted, ...signIn } as const;
    const reports = createForges({ forges: [setting], now: time.now }).reportsFor?.(url);
    const report = (index: number) =>
      reports?.reportDeployment({ sha, environment: 'qa', as: `#${index}`, state: 'in_progress', description: '' });
    for (let index = 0; index < 64; index += 1) await report(index);
    await expect(report(64)).rejects.toMatchObject({ type: 'Unavailable', isWaiting: true });
  });
});
