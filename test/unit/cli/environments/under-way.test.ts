import { expect, it } from 'vitest';
import { environmentTable } from '../../../../src/cli/environments/lines.ts';
import type { EnvironmentRow } from '../../../../src/cli/environments/row.ts';
import { type AskedNamespace, askRows } from '../../../../src/cli/environments/under-way.ts';
import type { LaneView } from '../../../../src/cli/view/lane-view.ts';
import type { OperationView } from '../../../../src/cli/view/view.ts';
import { Failure } from '../../../../src/failure.ts';

const sha = (digit: string) => digit.repeat(40);
const gitops = { repository: 'https://github.com/acme/gitops', branch: 'prod' };
const soaking: EnvironmentRow = {
  environment: 'prod',
  stage: 1,
  gitops,
  head: sha('a'),
  deployed: { main: sha('b'), config: sha('c'), behind: { main: 0, config: 0 } },
  requests: [],
  remarks: [],
  ignored: [],
};
const promoted: EnvironmentRow = {
  ...soaking,
  environment: 'dev',
  health: { event: 'promoted', at: '2026-03-02T10:00:00Z' },
};
const id = `promote/github.com/acme/platform/${sha('b')}`;
const message = 'every cluster must stay healthy until 2026-03-02T10:00:30.000Z';

/** A namespace in which the lane of prod has a promotion. */
function namespaceWith(views: { readonly lane?: LaneView['current'] | Failure; readonly state?: string } = {}) {
  const asked: string[] = [];
  const { lane = { workflowId: id } as LaneView['current'], state = 'soaking' } = views;
  const namespace: AskedNamespace = {
    lanes: {
      view: async (name) => {
        asked.push(name);
        if (lane instanceof Failure) throw lane;
        return { id: name, current: lane } as LaneView;
      },
    },
    operations: {
      view: async ({ id: name }) => {
        asked.push(name);
        const of = (environment: string) => ({ environment, state, since: '2026-03-02T10:00:00.000Z', message });
        return { id: name, environments: [of('dev'), of('prod')] } as unknown as OperationView;
      },
    },
  };
  return { namespace, asked };
}

it('says of what is deployed without a verdict how its operation stands, and asks of nothing else', async () => {
  const { namespace, asked } = namespaceWith();
  const rows = await askRows([promoted, soaking], namespace);
  const underWay = { operation: id, state: 'soaking', since: '2026-03-02T10:00:00.000Z', message };
  expect(rows).toEqual([promoted, { ...soaking, underWay }]);
  expect(asked).toEqual(['lane/github.com/acme/gitops/prod', id]);
  const table = environmentTable(rows).join('\n');
  expect(table).toMatch(
    /^prod +bbbbbbbb +0 +cccccccc +- +soaking +- +-\n {2}soaking: every cluster must stay healthy until 2026/m,
  );
  expect(table).not.toContain('not recorded');
});

it('leaves it at what is recorded where nothing is under way', async () => {
  const ended = new Failure('NotFound', 'The lane does not run.');
  const rows = await askRows([soaking], namespaceWith({ lane: ended }).namespace);
  expect(rows).toEqual([soaking]);
  expect(environmentTable(rows).join('\n')).toMatch(/^prod .* not recorded /m);
});

it('says why it is not known where no worker answers, for all environments once', async () => {
  const away = new Failure('Unavailable', 'No worker polls the task queue "fairlead".');
  const rows = await askRows(
    [soaking, { ...soaking, environment: 'staging' }],
    namespaceWith({ lane: away }).namespace,
  );
  expect(rows.map(({ underWayUnknown }) => underWayUnknown)).toEqual([away.message, away.message]);
  expect(environmentTable(rows).filter((line) => line.startsWith('What is under way'))).toEqual([
    'What is under way is not known: No worker polls the task queue "fairlead".',
  ]);
});
