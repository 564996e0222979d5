import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createFluxFleet } from '../../../../src/fleet/flux/fleet.ts';
import { createLargeLooks } from '../../../../src/fleet/flux/look/large-looks.ts';
import { observeAll } from '../../../../src/fleet/observe-all.ts';
import { apiServer, type Handler, json, kubeconfig, list, type TestApiServer } from '../api-server.ts';

const source = { repository: 'https://github.com/acme/gitops', branch: 'dev' };
const servers: TestApiServer[] = [];
afterEach(async () => void (await Promise.all(servers.splice(0).map((each) => each.close()))));

const mebibyte = 1024 * 1024;
const repository = (index: number, comment: string) => ({
  metadata: { name: `r${index}`, namespace: 'flux-system', annotations: { comment } },
  spec: { url: 'https://github.com/acme/other', ref: { branch: 'dev' } },
});

/** Lists Git repositories with texts of so many bytes, in pages of a mebibyte. */
function listing(bytes: number): Handler {
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://cluster');
    if (!pathname.endsWith('/gitrepositories')) return json(response, 200, list('Kustomization', []));
    const page = Number(searchParams.get('continue') ?? 0);
    const isLast = (page + 1) * mebibyte >= bytes;
    const items = [repository(page, 'x'.repeat(Math.min(bytes, mebibyte)))];
    json(response, 200, list('GitRepository', items, isLast ? undefined : String(page + 1)));
  };
}

async function fleetOf(...handlers: readonly Handler[]) {
  const contexts = await Promise.all(
    handlers.map(async (handler, index) => {
      const server = await apiServer(handler);
      servers.push(server);
      return { name: `c${index}`, server: server.url, cluster: { 'insecure-skip-tls-verify': true } };
    }),
  );
  const fleet = createFluxFleet({ kubeconfig: { yaml: kubeconfig(...contexts) } });
  return { fleet, clusters: contexts.map(({ name }) => ({ name, context: name })) };
}

describe('Clusters that answer much', () => {
  it('are read one after the other, until they are judged; others are looked at meanwhile', async () => {
    const { fleet, clusters } = await fleetOf(listing(8 * mebibyte), listing(8 * mebibyte), listing(1000));
    const events: string[] = [];
    const round = { clusters, source, timeoutMs: 20_000, concurrency: 3 };
    let release = (): void => undefined;
    const small = new Promise<void>((resolve) => {
      release = resolve;
    });
    const found = await observeAll(fleet, round, async ({ name }, observation) => {
      events.push(`${name} is read`);
      if (name === 'c2') release();
      await small;
      // Time in which the other one would be read, if it were not waited for.
      await pause(300);
      events.push(`${name} is judged`);
      return observation.kind;
    });
    expect(found).toEqual(['reached', 'reached', 'reached']);
    const large = events.filter((each) => !each.startsWith('c2'));
    const [first = '', second = ''] = [large[0]?.slice(0, 2), large[2]?.slice(0, 2)];
    expect(large).toEqual([`${first} is read`, `${first} is judged`, `${second} is read`, `${second} is judged`]);
    expect(events.indexOf('c2 is read')).toBeLessThan(events.indexOf(`${first} is judged`));
  });

  it('are waited for without their own time', async () => {
    const { fleet, clusters } = await fleetOf(listing(8 * mebibyte), listing(8 * mebibyte));
    const round = { clusters, source, timeoutMs: 3_000, concurrency: 2 };
    const found = await observeAll(fleet, round, async (_, observation) => {
      await pause(4_000);
      return observation.kind;
    });
    expect(found).toEqual(['reached', 'reached']);
  });

  it('keep their turn while they are silent: whoever has it waits for their place', async () => {
    const answer = listing(8 * mebibyte);
    const falters: Handler = (request, response) => {
      const isLater = request.url?.includes('continue=7');
      setTimeout(() => answer(request, response), isLater ? 1_500 : 0);
    };
    const { fleet, clusters } = await fleetOf(falters, answer, answer);
    const round = { clusters, source, timeoutMs: 20_000, concurrency: 1 };
    expect(await observeAll(fleet, round, (_, { kind }) => kind)).toEqual(['reached', 'reached', 'reached']);
  });

  it('leave the place alone that they waited for when their connection broke', async () => {
    let takes = (): void => undefined;
    const taken = new Promise<void>((resolve) => {
      takes = resolve;
    });
    const breaks: Handler = async (_, response) => {
      await taken;
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.write(' '.repeat(4 * mebibyte + 1));
      setTimeout(() => response.destroy(), 500);
    };
    const { fleet, clusters } = await fleetOf(listing(8 * mebibyte), breaks);
    const [well = { name: '', context: '' }] = clusters;
    const round = { clusters, source, timeoutMs: 20_000, concurrency: 2 };
    const found = await observeAll(fleet, round, async ({ name }, { kind }) => {
      takes();
      // Longer than it takes the other one to break.
      if (name === well.name) await pause(1_500);
      return kind;
    });
    expect(found).toEqual(['reached', 'unreachable']);
    expect(await fleet.observe(well, source, { timeoutMs: 20_000 })).toMatchObject({ kind: 'reached' });
  });

  it('leave their place where nobody judges them: one after the other is asked', async () => {
    const { fleet, clusters } = await fleetOf(listing(8 * mebibyte), listing(8 * mebibyte));
    for (const cluster of [...clusters, ...clusters])
      expect(await fleet.observe(cluster, source, { timeoutMs: 20_000 })).toMatchObject({ kind: 'reached' });
  });

  it('are not read when they hold too many values, however short each is', async () => {
    const many: Handler = (request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'https://cluster');
      const page = Number(searchParams.get('continue') ?? 0);
      const items = [{ ...repository(page, ''), more: new Array(900_000).fill(1) }];
      json(response, 200, list('GitRepository', items, String(page + 1)));
    };
    const { fleet, clusters } = await fleetOf(many);
    const [cluster = { name: '', context: '' }] = clusters;
    expect(await fleet.observe(cluster, source, { timeoutMs: 20_000 })).toMatchObject({
      kind: 'unreachable',
      why: expect.stringContaining('answers with more than 4,000,000 values at one look'),
    });
  });
});

describe('A place for a look that reads much', () => {
  const never = new AbortController().signal;

  it('is left by whoever does not wait for it any more', async () => {
    const large = createLargeLooks(1);
    const leave = await large.take({}, 'one', never);
    const caller = new AbortController();
    const waiting = large.take({}, 'two', caller.signal).catch((error: unknown) => error);
    caller.abort(new Error('the look is over'));
    expect(await waiting).toEqual(new Error('the look is over'));
    leave();
    (await large.take({}, 'three', never))();
  });

  it('is enough for all that its owner reads', async () => {
    const large = createLargeLooks(1);
    const owner = {};
    const leave = await large.take(owner, 'one', never);
    (await large.take(owner, 'one', never))();
    leave();
    (await large.take(owner, 'one', never))();
  });
});
