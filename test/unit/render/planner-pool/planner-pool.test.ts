import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { limits } from '../../../../src/platform/limits.ts';
import { parseSettingsHere } from '../../../../src/platform/settings-parser.ts';
import { planPlatform, renderPlanned } from '../../../../src/render/platform.ts';
import { openPlanner } from '../../../support/pools/planner.ts';
import { fakeRenderer } from '../fake-renderer.ts';
import { base, inputsOf, kustomization, link, manifest, type Platform, repository, tree } from '../trees.ts';
import { listed } from './listed.ts';

const pools: { close(): Promise<void> }[] = [];
afterAll(async () => void (await Promise.all(pools.map((pool) => pool.close()))));

function openPool(options: Parameters<typeof openPlanner>[0] = {}) {
  const pool = openPlanner(options);
  pools.push(pool);
  return pool;
}
const shared = openPool();

const shop = base('apps/blue/shop');
const assigned = { 'eu/apps/blue/shop/.gitkeep': '' };

/** A platform with something of everything that planning reads. */
const various: Platform = {
  main: {
    ...shop,
    'apps/blue/shop/map.yaml': `${manifest('ConfigMap', 'large')}#${'x'.repeat(40_000)}`,
    'apps/blue/cart/kustomization.yaml': `${kustomization('map.yaml', '../shop')}#${'x'.repeat(40_000)}`,
    'apps/blue/cart/map.yaml': manifest('ConfigMap', 'cart'),
    'apps/plain/one.yaml': manifest('ConfigMap', 'one'),
    'apps/plain/two.yaml': manifest('ConfigMap', 'two'),
    'apps/linked': link('plain'),
    'infra/log/Chart.yaml': 'name: log\nversion: 1.0.0\n',
    'infra/log/helm.yaml': 'namespace: log\n',
    'infra/log/templates/x.yaml': manifest('ConfigMap', 'x'),
  },
  config: {
    'eu/apps/blue/cart/overlays/patch.yaml': manifest('ConfigMap', 'cart'),
    'eu/apps/plain/.gitkeep': '',
    'us/apps/linked/.gitkeep': '',
    'eu/infra/log/values.yaml': 'a: 1\n',
    ...assigned,
  },
};

/** Many kustomizations, each as large as one may be: parsing them takes far longer than any limit of time here. */
const slowPlatform = { main: { ...shop, ...manyLarge(60) }, config: assigned };

function manyLarge(count: number): Readonly<Record<string, string>> {
  const names = Array.from({ length: count }, (_, index) => `k${index}`);
  const large = (name: string) =>
    `resources: [map.yaml]\ncommonAnnotations:\n${Array.from({ length: 14_000 }, (_, index) => `  ${name}-${index}: "1"\n`).join('')}`;
  const below = names.flatMap((name) => [
    [`lib/${name}/kustomization.yaml`, large(name)],
    [`lib/${name}/map.yaml`, manifest('ConfigMap', name)],
  ]);
  const references = names.map((name) => `../../../lib/${name}`);
  return {
    ...Object.fromEntries(below),
    'apps/blue/shop/kustomization.yaml': kustomization('map.yaml', ...references),
  };
}

describe('a plan that is made in a process', () => {
  test('is the one that is made here, and renders to the same', async () => {
    const { inputs, read, reads } = listed(inputsOf(various));
    const planned = await shared.plan(inputs, read);
    const here = planPlatform(inputsOf(various));
    expect(planned.leaves.map(({ assignment }) => assignment.path)).toEqual(
      here.leaves.map(({ assignment }) => assignment.path),
    );
    const [there, direct] = [fakeRenderer(), fakeRenderer()];
    await renderPlanned(planned, { renderer: there.renderer, readContents: read });
    await renderPlanned(here, { renderer: direct.renderer });
    expect(there.requests).toEqual(direct.requests);
    expect(there.requests).toHaveLength(4);
    // At first what is most likely needed, then the large kustomization, and at last what the leaves have.
    expect(reads).toHaveLength(3);
  });

  test('is made by the process that was told to start', async () => {
    const pool = openPool();
    for (const _ of [1, 2]) pool.prepare?.();
    const { inputs, read } = listed(inputsOf(various));
    expect((await pool.plan(inputs, read)).leaves).toHaveLength(5);
    pool.prepare?.();
  });

  test('fails with the same words', async () => {
    const wrong = { main: shop, config: { 'eu/apps/blue/ship/values.yaml': '' } };
    const { inputs, read } = listed(inputsOf(wrong));
    await expect(shared.plan(inputs, read)).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringContaining('Did you mean eu/apps/blue/shop?'),
    });
    expect(() => planPlatform(inputsOf(wrong))).toThrow('Did you mean eu/apps/blue/shop?');
  });

  test('fails as the reading of contents does', async () => {
    const { inputs, read } = listed({ ...inputsOf(various), environment: 'qa' });
    let calls = 0;
    const failing: typeof read = (oids) => (++calls === 1 ? read(oids) : Promise.reject(new Error('the disk is full')));
    await expect(shared.plan(inputs, failing)).rejects.toThrow('the disk is full');
    expect((await shared.plan(inputs, read)).leaves).toHaveLength(5);
  });

  test("looks at main's head without reading more than is assigned", async () => {
    const head = listed(
      inputsOf({ main: { ...various.main, ...base('apps/new'), ...base('apps/other') }, config: {} }),
    );
    const { inputs, read, reads } = listed(
      inputsOf({ ...various, config: { ...various.config, 'eu/apps/new/.gitkeep': '' } }),
    );
    const both = async (oids: Iterable<string>) => {
      const wanted = [...oids];
      return new Map([...(await head.read(wanted)), ...(await read(wanted))].filter(([, { length }]) => length > 0));
    };
    const otherMains = [{ what: "main's head", tree: head.inputs.main }];
    const { waiting } = await shared.plan({ ...inputs, otherMains }, both);
    expect(waiting).toEqual([{ group: 'eu', path: 'apps/new' }]);
    const other = tree(base('apps/other')).files.get('apps/other/kustomization.yaml')?.oid;
    expect(tree(base('apps/new')).files.get('apps/new/kustomization.yaml')?.oid).toBe(other);
    const map = tree(base('apps/other')).files.get('apps/other/map.yaml')?.oid;
    expect(reads.flat()).not.toContain(map);
  });
});

describe('plans of platforms that wait for the only process', () => {
  test('go in turn, however the URL of a repository is written', async () => {
    const pool = openPool();
    const order: string[] = [];
    const plan = (name: string, url: string, begins: () => Promise<unknown> = async () => undefined) => {
      const { inputs, read } = listed(inputsOf(various));
      let calls = 0;
      return pool.plan({ ...inputs, sourceRepositories: [url] }, async (oids) => {
        if (++calls === 1) order.push(name);
        await begins();
        return read(oids);
      });
    };
    // The first one has the process until the others wait for it, and a moment longer.
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const plans = [
      plan('one', 'https://forge.test/acme/one', () => released),
      plan('one again', 'https://FORGE.test/Acme/one.git'),
      plan('two', 'https://forge.test/acme/two'),
    ];
    await pause(20);
    release();
    await Promise.all(plans);
    expect(order).toEqual(['one', 'two', 'one again']);
  });
});

describe('a plan without end', () => {
  test('is ended by its time limit, with a sentence, and takes nobody else with it', async () => {
    const pool = openPool({ timeoutMs: 1_000 });
    const poison = listed(inputsOf(slowPlatform));
    const good = listed(inputsOf(various));
    const failed = pool.plan(poison.inputs, poison.read).catch((error: unknown) => error);
    expect((await pool.plan(good.inputs, good.read)).leaves).toHaveLength(5);
    expect(await failed).toMatchObject({
      type: 'RenderFailed',
      retryable: false,
      message: expect.stringMatching(/^dev cannot be rendered: planning it takes more than 1 s\. Look for/),
    });
  });

  test('leaves the event loop free', async () => {
    const pool = openPool({ timeoutMs: 1_000 });
    const { inputs, read } = listed(inputsOf(slowPlatform));
    let isOver = false;
    const failed = pool.plan(inputs, read).catch(() => {
      isOver = true;
    });
    let turns = 0;
    for (; !isOver; turns++) await pause(1);
    await failed;
    expect(turns).toBeGreaterThan(50);
  });

  test('is ended when nobody waits for it any more', async () => {
    const pool = openPool();
    const { inputs, read } = listed(inputsOf(slowPlatform));
    const caller = new AbortController();
    const ended = pool.plan(inputs, read, { signal: caller.signal }).catch((error: unknown) => error);
    await pause(500);
    caller.abort(new Error('the step is cancelled'));
    expect(await ended).toEqual(new Error('the step is cancelled'));
    // The only place is free again.
    const good = listed(inputsOf(various));
    expect((await pool.plan(good.inputs, good.read)).leaves).toHaveLength(5);
  });

  test('that takes too much memory is ended with a sentence', async () => {
    const pool = openPool({ memoryMiB: 40 });
    const names = Array.from({ length: 60 }, (_, index) => `k${index}`);
    const large = (name: string) =>
      `resources: [map.yaml]\nlabels:\n${Array.from({ length: 5_000 }, (_, index) => `- pairs: { ${name}${index}: "1" }\n`).join('')}`;
    const main = {
      'apps/shop/kustomization.yaml': kustomization(...names),
      ...Object.fromEntries(
        names.flatMap((name) => [
          [`apps/shop/${name}/kustomization.yaml`, large(name)],
          [`apps/shop/${name}/map.yaml`, manifest('ConfigMap', name)],
        ]),
      ),
    };
    const { inputs, read } = listed(inputsOf({ main, config: { 'eu/apps/shop/.gitkeep': '' } }));
    await expect(pool.plan(inputs, read)).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringMatching(/^dev cannot be rendered: planning it takes more than 40 MiB of memory\. Look/),
    });
  });

  test.each([false, true])('is told where its process does not even start, prepared or not: %s', async (isPrepared) => {
    const pool = openPool({ memoryMiB: 4 });
    const { inputs, read } = listed(inputsOf(various));
    if (isPrepared) pool.prepare?.();
    await expect(pool.plan(inputs, read)).rejects.toThrow('planning it takes more than 4 MiB of memory');
  });

  test('waits for a sleeping process no longer than its time', async () => {
    const pool = openPool({ timeoutMs: 500 });
    const { inputs, read } = listed(inputsOf(various));
    let calls = 0;
    const stuck: typeof read = (oids) => (++calls === 1 ? read(oids) : new Promise(() => undefined));
    await expect(pool.plan(inputs, stuck)).rejects.toThrow('planning it takes more than 0.5 s');
    expect(limits.planMs).toBe(60_000);
  });
});

describe('a file of settings', () => {
  const context = { file: 'fairlead.yaml of branch dev', name: 'dev', platform: { gitopsRepository: repository } };
  const policy = 'apiVersion: fairlead.dev/v1\nkind: Environment\nmerge: auto\n';
  const clusters = (count: number) =>
    `clusters:\n${Array.from({ length: count }, (_, index) => `- { name: c${index}, group: one }\n`).join('')}`;

  test.each([2, 2_000])('of %d clusters is parsed to the same as here', async (count) => {
    const file = { kind: 'environment', content: Buffer.from(policy + clusters(count)), context } as const;
    const parsed = await shared.parser(repository)(file);
    expect(parsed).toEqual(parseSettingsHere(file));
    expect(parsed.clusters).toHaveLength(count);
  });

  test('is parsed for what is wanted of it', async () => {
    const filler = `#${'x'.repeat(limits.parsedHereBytes)}\n`;
    const platform = `${filler}apiVersion: fairlead.dev/v1\nkind: Platform\nname: shop\nstages: [dev, prod]\n`;
    const parse = shared.parser(repository);
    const file = { kind: 'platform', content: Buffer.from(platform), file: 'fairlead.yaml' } as const;
    expect(await parse(file)).toMatchObject({ name: 'shop', stages: [['dev'], ['prod']] });
    const target = { kind: 'gitopsTarget', content: Buffer.from(filler + policy + clusters(1)), context } as const;
    expect(await parse(target)).toEqual({ repository, branch: 'dev' });
  });

  test('that is wrong fails with the same words', async () => {
    const content = Buffer.from(`${policy}${clusters(500)}soak: soon\n`);
    const file = { kind: 'environment', content, context } as const;
    const failure: unknown = await shared
      .parser(repository)(file)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      type: 'InvalidConfig',
      message: expect.stringContaining('line 505: soak is "soon"'),
    });
    expect(() => parseSettingsHere(file)).toThrow((failure as Error).message);
  });

  test('with keys without end is ended by its time limit, with a sentence, and leaves the event loop free', async () => {
    const pool = openPool({ settingsMs: 1_000 });
    const keys = Array.from({ length: 100_000 }, (_, index) => `k${index}: 1\n`).join('');
    const file = { kind: 'environment', content: Buffer.from(policy + keys), context } as const;
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    await expect(pool.parser(repository)(file)).rejects.toMatchObject({
      type: 'InvalidConfig',
      message:
        'Reading fairlead.yaml of branch dev takes more than 1 s. Is it the right file? Look for very many keys, and make it simpler.',
    });
    clearInterval(counting);
    expect(turns).toBeGreaterThan(50);
  });
});
