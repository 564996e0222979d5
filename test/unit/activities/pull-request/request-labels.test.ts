import { expect, it } from 'vitest';
import { record } from '../../../../src/activities/record/record.ts';
import type { RecordEntry } from '../../../../src/record/entry.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

async function propose(operation: RecordEntry['operation'] = 'promotion') {
  const main = world().release('1');
  const { rendered, number } = await world().propose(operation, main);
  const about = { time: '2026-01-01T00:00:00.000Z', operation, ...rendered.revision, request: number };
  const write = (event: RecordEntry['event']) =>
    record(world().dependencies, { ...world().place, commit: world().head, entry: { ...about, event } });
  const labels = async () => (await world().forge.pullRequest(number)).labels;
  return { number, write, labels };
}

it.each([
  [
    'promotion',
    ['promotion'],
    [
      ['deployed', 'deployed'],
      ['accepted', 'deployed'],
      ['promoted', 'promoted'],
    ],
  ],
  [
    'rollback',
    ['rollback'],
    [
      ['deployed', 'rolled-back'],
      ['rolled back', 'rolled-back'],
    ],
  ],
] as const)('a request to %s is labelled as what it is: %j, and by each entry of the record', async (...row) => {
  const [operation, open, entries] = row;
  const { number, write, labels } = await propose(operation);
  expect(await labels()).toEqual(open);
  await world().forge.mergeBy('ann', number, 'squash');
  for (const [event, label] of entries) {
    expect(await write(event)).toEqual({});
    expect(await labels()).toEqual([label]);
  }
});

it('a config change stays `configuration` until it is healthy', async () => {
  await world().deploy('promotion', world().release('0'));
  world().configure('3');
  const { number, write, labels } = await propose('config change');
  await world().forge.mergeBy('ann', number, 'merge');
  await write('deployed');
  expect(await labels()).toEqual(['configuration']);
  await write('configured');
  expect(await labels()).toEqual(['configured']);
});

it('a request that was not merged keeps its label', async () => {
  const { number, write, labels } = await propose();
  await world().forge.closeBy('ann', number);
  await write('promoted');
  expect(await labels()).toEqual(['promotion']);
});

it('a label that cannot be set fails nothing: it is said, and the next entry sets it right', async () => {
  const { number, write, labels } = await propose();
  await world().forge.mergeBy('ann', number, 'merge');
  world().forge.failNext(1);
  const { unlabelled } = await write('deployed');
  expect(unlabelled).toContain(`#${number} could not be labelled deployed. Could not label a pull request`);
  expect(await labels()).toEqual(['promotion']);
  expect(await write('promoted')).toEqual({});
  expect(await labels()).toEqual(['promoted']);
});
