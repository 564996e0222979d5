import { afterAll, describe, expect, test } from 'vitest';
import { createRequestMaker } from '../../../../src/render/leaf/request.ts';
import { type PlannedRender, planPlatform } from '../../../../src/render/platform.ts';
import { openPlanner } from '../../../support/pools/planner.ts';
import { base, type Content, inputsOf, kustomization, link, manifest } from '../trees.ts';
import { listed } from './listed.ts';

const pool = openPlanner();
afterAll(() => pool.close());

const lfsPointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 3\n`;
const main: Readonly<Record<string, Content>> = {
  ...base('apps/shop'),
  ...base('apps/idle'),
  'apps/shop/large.yaml': `${manifest('ConfigMap', 'large')}#${'x'.repeat(2_000)}`,
  'apps/shop/kustomization.yaml': kustomization('map.yaml', 'large.yaml'),
  'apps/plain/one.yaml': manifest('ConfigMap', 'one'),
  'apps/linked': link('plain'),
  'infra/log/Chart.yaml': 'name: log\nversion: 1.0.0\n',
  'infra/log/helm.yaml': 'namespace: log\nhooks: { Job migrate: drop }\n',
  'infra/log/templates/x.yaml': manifest('ConfigMap', 'x'),
};
const config: Readonly<Record<string, Content>> = {
  'eu/apps/shop/overlays/patch.yaml': manifest('ConfigMap', 'apps-shop'),
  'eu/apps/plain/.gitkeep': '',
  'us/apps/linked/.gitkeep': '',
  'eu/infra/log/values.yaml': 'a: 1\n',
};

function resultOf<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}

/** Everything that a plan says, and what it asks the renderer for. */
function sayings(planned: PlannedRender, contents: ReadonlyMap<string, Buffer>) {
  const maker = createRequestMaker(planned.commits);
  const { commits, waiting, emptied, warnings, leaves } = planned;
  const revisions = [commits.main.revision, commits.config.revision];
  const requests = leaves.map((leaf) => [
    leaf.assignment.path,
    maker.requestKey(leaf, {}, {}),
    resultOf(() => maker.makeRequest(leaf, {}, contents)),
  ]);
  return { revisions, waiting, emptied, warnings, requests };
}

/** Plans in the thread and here, compares, and answers whether the thread has read anything for it. */
async function planBoth(
  changed: { main?: typeof main; config?: typeof config; other?: typeof main; named?: string | null },
  revision: string,
) {
  const { named = 'the deployed commit' } = changed;
  const own = inputsOf({ main: { ...main, ...changed.main }, config: { ...config, ...changed.config } });
  const other = inputsOf({ main: { ...main, ...changed.other }, config: {} }).main;
  const names = named === null ? [] : [named];
  const otherMains = names.map((what) => ({ what, tree: { ...other, revision: `${revision}0`.repeat(20) } }));
  const inputs = { ...own, main: { ...own.main, revision: revision.repeat(40) }, otherMains };
  const trees = [inputs.main, inputs.config, other];
  const contents = new Map(
    trees.flatMap(({ files }) => [...files.values()].flatMap(({ oid, content }) => (content ? [[oid, content]] : []))),
  );
  const { inputs: without, reads } = listed(inputs);
  const read = async (oids: Iterable<string>) => {
    const wanted = [...oids];
    reads.push(wanted);
    return new Map(wanted.flatMap((oid) => [[oid, contents.get(oid) ?? Buffer.alloc(0)] as const]));
  };
  const planned = await pool.plan(without, read).catch((error: unknown) => String(error));
  const here = resultOf(() => planPlatform(inputs));
  const said = [planned, here].map((each) => (typeof each === 'string' ? each : sayings(each, contents)));
  expect(said[0]).toEqual(said[1]);
  return reads.length > 0;
}

describe('a thread that has planned an environment before', () => {
  test.each([
    [
      'a manifest of a kustomization',
      { main: { 'apps/shop/map.yaml': manifest('ConfigMap', 'apps-shop', 'data: {}\n') } },
    ],
    ['a template', { main: { 'infra/log/templates/x.yaml': manifest('Secret', 'x') } }],
    [
      'a patch, values and the deployed commit',
      {
        config: {
          'eu/apps/shop/overlays/patch.yaml': manifest('Secret', 'patched'),
          'eu/infra/log/values.yaml': 'a: 2\n',
        },
        other: { 'apps/shop/map.yaml': manifest('ConfigMap', 'older') },
      },
    ],
    ['nothing but the commits', {}],
    ['which other commits of main there are', { named: "main's head" }],
    ['that there are others', { named: null }],
  ])('plans it without reading where a commit changes %s', async (_, change) => {
    await planBoth({}, '1');
    expect(await planBoth(change, '2')).toBe(false);
  });

  test.each([
    ['a kustomization', { main: { 'apps/shop/kustomization.yaml': kustomization('map.yaml') } }],
    [
      'a kustomization that is not assigned',
      { main: { 'apps/idle/kustomization.yaml': kustomization('map.yaml', 'x.yaml') } },
    ],
    ['what makes a base of a directory', { main: { 'apps/plain/one.yaml': 'a: 1\n' } }],
    ['settings of a chart', { main: { 'infra/log/helm.yaml': 'namespace: other\n' } }],
    ['a symlink', { main: { 'apps/linked': link('shop') } }],
    ['the files that there are', { main: { 'apps/shop/more.yaml': manifest('ConfigMap', 'more') } }],
    ['a file into a symlink', { main: { 'apps/shop/map.yaml': link('large.yaml') } }],
    ['a file into a pointer of Git LFS', { main: { 'apps/shop/large.yaml': lfsPointer } }],
    ['a file into one that is too large', { config: { 'eu/infra/log/values.yaml': `a: ${'1'.repeat(1_100_000)}\n` } }],
    ['the bases of the deployed commit', { other: { ...base('apps/new') } }],
    ['that it is another one, with other bases', { named: "main's head", other: { ...base('apps/new') } }],
    ['what is assigned', { config: { 'us/apps/shop/.gitkeep': '' } }],
    ['what waits', { config: { 'us/apps/new/.gitkeep': '' }, other: { ...base('apps/new') } }],
  ])('plans it anew where a commit changes %s', async (_, change) => {
    await planBoth({}, '1');
    expect(await planBoth(change, '2')).toBe(true);
  });

  test('does not take what another question was answered', async () => {
    await planBoth({}, '1');
    const { inputs, read } = listed({ ...inputsOf({ main, config }), environment: 'qa' });
    expect((await pool.plan(inputs, read)).environment).toBe('qa');
  });
});
