import { afterAll, describe, expect, it } from 'vitest';
import { openPlanner } from '../../support/pools/planner.ts';
import { listed } from '../../unit/render/planner-pool/listed.ts';
import { base, inputsOf, manifest } from '../../unit/render/trees.ts';

const pool = openPlanner();
afterAll(() => pool.close());

const planWith = (lock: string) => {
  const chart = {
    'infra/log/Chart.yaml': 'name: log\nversion: 1.0.0\n',
    'infra/log/helm.yaml': 'chart: oci://example.org/log\nversion: 1.0.0\n',
    'infra/log/templates/x.yaml': manifest('ConfigMap', 'x'),
    'infra/log/vendor.lock': lock,
  };
  const { inputs, read } = listed(inputsOf({ main: chart, config: { 'eu/infra/log/.gitkeep': '' } }));
  return pool.plan(inputs, read);
};

describe('A vendor.lock', () => {
  it.each([4_000, 100_000])('of %i brackets is refused by name, and ends no process', async (levels) => {
    await expect(planWith('['.repeat(levels))).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringContaining('infra/log/vendor.lock'),
    });
  });
});

describe('Directories that configure the generators of each other', () => {
  const planGenerators = (count: number, last: string) => {
    const links = Array.from({ length: count }, (_, index) => {
      const text = index + 1 < count ? `generators: [../k${index + 1}]\n` : last;
      return [`lib/k${index}/kustomization.yaml`, text] as const;
    });
    const shop = { 'apps/shop/kustomization.yaml': 'resources: [map.yaml]\ngenerators: [../../lib/k0]\n' };
    const main = { ...base('apps/shop'), ...shop, ...Object.fromEntries(links) };
    const { inputs, read } = listed(inputsOf({ main, config: { 'eu/apps/shop/.gitkeep': '' } }));
    return pool.plan(inputs, read);
  };

  it.each([
    ['in a circle', 2, 'generators: [../k0]\n'],
    ['in their thousands', 6_000, 'namePrefix: a-\n'],
  ])('%s are refused by name, before they fill the stack', async (_, count, last) => {
    await expect(planGenerators(count, last)).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringMatching(/lib\/k\d+: it configures a generator.* in a circle or more than 50 deep/),
    });
  });

  it('are planned where they are few', async () => {
    expect((await planGenerators(40, 'namePrefix: a-\n')).leaves).toHaveLength(1);
  });
});
