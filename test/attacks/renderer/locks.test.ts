import { afterAll, describe, expect, it } from 'vitest';
import { openPlanner } from '../../support/threads/planner.ts';
import { listed } from '../../unit/render/thread/listed.ts';
import { inputsOf, manifest } from '../../unit/render/trees.ts';

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
