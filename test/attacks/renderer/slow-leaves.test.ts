import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettingsHere } from '../../../src/platform/settings-parser.ts';
import type { LeafCache } from '../../../src/render/platform.ts';
import { renderPlatform } from '../../../src/render/platform.ts';
import { ensureRenderer } from '../../../src/render/renderer/ensure.ts';
import { createRendererPool } from '../../../src/render/renderer/pool.ts';
import type { LeafOutput, Renderer } from '../../../src/render/types.ts';
import { openPlanner } from '../../support/pools/planner.ts';
import { base, inputsOf, manifest } from '../../unit/render/trees.ts';
import { outcomeOf } from './rendering.ts';

let renderer: Renderer;
let planner: ReturnType<typeof openPlanner>;
beforeAll(async () => {
  renderer = createRendererPool({ binary: await ensureRenderer(), size: 2 });
  planner = openPlanner({ settingsMs: 1_500 });
}, 600_000);
afterAll(() => Promise.all([renderer?.close(), planner?.close()]));

const mallory = 'https://github.com/mallory/platform';
const acme = 'https://github.com/acme/platform';

/** Charts of which each takes a while, and less than one leaf may. */
function slowCharts(count: number) {
  const slow = '{{ range until 200 }}{{ range until 30000 }}{{ end }}{{ end }}';
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  const files = names.flatMap((name) => [
    [`apps/slow/${name}/Chart.yaml`, `apiVersion: v2\nname: c\nversion: 1.0.0\n`],
    [`apps/slow/${name}/helm.yaml`, 'namespace: slow\n'],
    [`apps/slow/${name}/templates/map.yaml`, `${slow}\n${manifest('ConfigMap', name)}`],
  ]);
  const config = Object.fromEntries(names.map((name) => [`eu/apps/slow/${name}/.gitkeep`, '']));
  return inputsOf({ main: Object.fromEntries(files), config, repositories: [mallory] });
}

const good = inputsOf({
  main: { ...base('apps/good'), ...base('apps/fine') },
  config: { 'eu/apps/good/.gitkeep': '', 'eu/apps/fine/.gitkeep': '' },
});

/** A renderer that counts what it has rendered, and calls `onLeaf` after each. */
function counting(onLeaf: () => void): Renderer {
  return {
    versions: () => renderer.versions(),
    close: async () => undefined,
    render: async (request, options) => {
      const output = await renderer.render(request, options);
      onLeaf();
      return output;
    },
  };
}

/** As long as a machine with other work may take. */
const patience = 240_000;

describe('Much slow work of one platform', { timeout: patience }, () => {
  it('delays the leaves of another one by what of it has begun, and not by all of it', async () => {
    let done = 0;
    const count = 20;
    const slow = renderPlatform(
      slowCharts(count),
      counting(() => void done++),
      { share: mallory },
    );
    await expect.poll(() => done, { timeout: 60_000 }).toBeGreaterThan(0);
    const before = done;
    await renderPlatform(good, renderer, { share: acme });
    // Two processes had one each; a queue in the order of coming holds fourteen more.
    expect(done - before).toBeLessThanOrEqual(4);
    await slow;
    expect(done).toBe(count);
  });

  it('delays the settings of another one by what of it is read, and not by all of it', async () => {
    const policy = 'apiVersion: fairlead.dev/v1\nkind: Environment\n';
    const context = { file: 'fairlead.yaml of branch dev', name: 'dev', platform: { gitopsRepository: acme } };
    // 40 KB that take a parser many seconds, as long as nobody ends it.
    const aliases = Array.from({ length: 10_000 }, () => '*a').join(', ');
    const bomb = Buffer.from(`${policy}a: &a 1\nclusters: [${aliases}]\n`);
    const names = Array.from({ length: 200 }, (_, index) => `- { name: c${index}, group: one }\n`).join('');
    const honest = { kind: 'environment', content: Buffer.from(`${policy}clusters:\n${names}`), context } as const;
    let done = 0;
    const poison = Array.from({ length: 6 }, async () => {
      const outcome = await planner
        .parser(mallory)({ kind: 'environment', content: Buffer.from(bomb), context })
        .catch((error: unknown) => error);
      done += 1;
      return outcome;
    });
    await expect.poll(() => done, { timeout: 60_000 }).toBeGreaterThan(0);
    const before = done;
    expect(await planner.parser(acme)(honest)).toEqual(parseSettingsHere(honest));
    expect(done - before).toBeLessThanOrEqual(2);
    for (const outcome of await Promise.all(poison)) expect(outcome).toMatchObject({ type: 'InvalidConfig' });
  });
});

it('A render that is ended goes on from the leaves that it had', { timeout: patience }, async () => {
  const outputs = new Map<string, LeafOutput>();
  const cache: LeafCache = {
    get: async (key) => outputs.get(key),
    set: (key, output) => void outputs.set(key, output),
  };
  const ending = new AbortController();
  let done = 0;
  const count = 10;
  const first = counting(() => {
    done += 1;
    if (done === 3) ending.abort(new Error('its place is wanted'));
  });
  const signal = ending.signal;
  const bound: Renderer = { ...first, render: (request, options) => first.render(request, { ...options, signal }) };
  await expect(renderPlatform(slowCharts(count), bound, { cache })).rejects.toThrow('its place is wanted');
  expect(outputs.size).toBeGreaterThanOrEqual(3);
  let rest = 0;
  const again = renderPlatform(
    slowCharts(count),
    counting(() => void rest++),
    { cache },
  ).then(({ files }) => [...files.keys()].join());
  expect(await outcomeOf(again)).toEqual({ yaml: expect.stringContaining('c9') });
  expect(rest).toBeLessThanOrEqual(count - 3);
});
