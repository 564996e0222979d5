import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFluxFleet } from '../../../../src/fleet/flux/fleet.ts';
import { createLargeLooks } from '../../../../src/fleet/flux/look/large-looks.ts';
import { lookAt } from '../../../../src/fleet/flux/look/look.ts';
import { observeAll } from '../../../../src/fleet/observe-all.ts';
import { createTurns } from '../../../../src/fleet/turns.ts';
import { apiServer, json, kubeconfig, list, type TestApiServer } from '../api-server.ts';

const source = { repository: 'https://github.com/acme/gitops', branch: 'dev' };
const servers: TestApiServer[] = [];

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(servers.splice(0).map((each) => each.close()));
});

async function serve(isSilent: boolean): Promise<TestApiServer> {
  const server = await apiServer((_, response) => {
    if (!isSilent) json(response, 200, list('GitRepository', []));
  });
  servers.push(server);
  return server;
}

/** A fleet of which so many clusters, the first ones, never answer. */
async function fleetWithSilent(silent: number, well: number) {
  const [quiet, good] = [await serve(true), await serve(false)];
  const clusters = Array.from({ length: silent + well }, (_, index) => ({ name: `c${index}`, context: `c${index}` }));
  const contexts = clusters.map(({ name }, index) => ({ name, server: (index < silent ? quiet : good).url }));
  const yaml = kubeconfig(...contexts.map((each) => ({ ...each, cluster: { 'insecure-skip-tls-verify': true } })));
  return { yaml, clusters };
}

describe('turns', () => {
  test('are never more than were asked for, also when some are left and taken again', async () => {
    const turns = createTurns(3);
    const working = { now: 0, most: 0 };
    const enter = () => {
      working.now += 1;
      working.most = Math.max(working.most, working.now);
    };
    const one = () =>
      turns.run(async (turn) => {
        enter();
        await new Promise(setImmediate);
        working.now -= 1;
        turn.leave();
        await new Promise(setImmediate);
        await Promise.all([turn.take(), turn.take()]);
        enter();
        await new Promise(setImmediate);
        working.now -= 1;
      });
    await Promise.all(Array.from({ length: 50 }, one));
    expect(working).toEqual({ now: 0, most: 3 });
  });

  test('go to whoever has an answer before whoever has not begun', async () => {
    const turns = createTurns(1);
    const order: string[] = [];
    const first = turns.run(async (turn) => {
      turn.leave();
      await turn.take();
      order.push('the first has its answer');
    });
    const others = [1, 2].map((number) => turns.run(async () => void order.push(`${number} begins`)));
    await Promise.all([first, ...others]);
    expect(order.indexOf('the first has its answer')).toBeLessThan(2);
  });

  test('are left by work that has ended before it took its turn again', async () => {
    const turns = createTurns(1);
    let release = (): void => undefined;
    const second = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = turns.run(async (turn) => {
      turn.leave();
      // Nobody waits for it: the look's time is over.
      void turn.take();
    });
    const others = [turns.run(() => second), turns.run(async () => 'next')];
    await first;
    release();
    expect((await Promise.all(others))[1]).toBe('next');
  });

  test('come to an end when a look fails', async () => {
    const turns = createTurns(1);
    const fails = () => turns.run(() => Promise.reject(new Error('broken')));
    for (let times = 0; times < 3; times += 1) await expect(fails()).rejects.toThrow('broken');
    expect(await turns.run(async () => 'next')).toBe('next');
  });
});

describe('clusters that do not answer', () => {
  test('leave the turns to the others of their environment', async () => {
    const { yaml, clusters } = await fleetWithSilent(6, 30);
    const fleet = createFluxFleet({ kubeconfig: { yaml } });
    const order: string[] = [];
    const round = { clusters, source, timeoutMs: 4_000, concurrency: 2 };
    await observeAll(fleet, round, ({ name }, { kind }) => order.push(`${kind} ${name}`));
    expect(order.slice(0, 30).every((each) => each.startsWith('reached'))).toBe(true);
    expect(order.slice(30).every((each) => each.startsWith('unreachable'))).toBe(true);
  });

  test('take no turn of another environment, also where nobody may wait without one', async () => {
    const { yaml, clusters } = await fleetWithSilent(4, 4);
    const fleet = createFluxFleet({ kubeconfig: { yaml }, silentLooks: 0 });
    const order: string[] = [];
    const look = (some: typeof clusters) =>
      observeAll(fleet, { clusters: some, source, timeoutMs: 2_000, concurrency: 1 }, (_, { kind }) =>
        order.push(kind),
      );
    await Promise.all([look(clusters.slice(0, 1)), look(clusters.slice(4))]);
    expect(order).toEqual(['reached', 'reached', 'reached', 'reached', 'unreachable']);
  });

  test('get three seconds at the next looks, and the whole time at every fifth', async () => {
    vi.useFakeTimers();
    const access = {
      contexts: { context: () => new Promise<never>(() => undefined) },
      connections: { open: () => Promise.reject(new Error('unused')), kept: 0 },
      silence: { places: 0, misses: new Map() },
      large: createLargeLooks(1),
    };
    const seconds: string[] = [];
    for (let looks = 0; looks < 7; looks += 1) {
      const look = lookAt(
        access,
        { name: 'one', context: 'one' },
        {
          timeoutMs: 20_000,
          work: async () => '',
          otherwise: (error) => (error instanceof Error ? error.message : ''),
        },
      );
      await vi.advanceTimersByTimeAsync(20_000);
      seconds.push(/[\d.]+ s/.exec(await look)?.[0] ?? '');
    }
    expect(seconds).toEqual(['20 s', '3 s', '3 s', '3 s', '3 s', '20 s', '3 s']);
  });
});
