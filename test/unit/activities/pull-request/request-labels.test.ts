import { describe, expect, it } from 'vitest';
import { record } from '../../../../src/activities/record/record.ts';
import { Failure } from '../../../../src/failure.ts';
import type { Forge } from '../../../../src/forge/port.ts';
import { createOutbox } from '../../../../src/forge/reports/outbox.ts';
import type { RecordEntry } from '../../../../src/record/entry.ts';
import { forgeWith } from '../../../support/forge-with.ts';
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

describe('The label of an entry', () => {
  /** Writes an entry while the record cannot be reached, and answers the request's labels after that. */
  async function labelsWithoutRecord(event: RecordEntry['event']) {
    const { number, labels } = await propose();
    await world().forge.mergeBy('ann', number, 'merge');
    const { repositories } = world().dependencies;
    let hasLabelled = () => {};
    const labelled = new Promise<void>((resolve) => {
      hasLabelled = resolve;
    });
    const relabel: Forge['relabel'] = async (...args) => {
      await world().forge.relabel(...args);
      hasLabelled();
    };
    const forge = forgeWith(world().forge, { relabel });
    const open = (url: string) => ({
      ...repositories.open(url),
      appendNotes: async () => {
        if (event === 'deployed') await labelled;
        throw new Failure('Unavailable', 'down');
      },
    });
    const dependencies = {
      ...world().dependencies,
      repositories: { open },
      forges: { for: () => forge, commitUrl: () => undefined },
    };
    const entry = { time: '2026-01-01T00:00:00.000Z', operation: 'promotion', event, request: number } as const;
    await expect(record(dependencies, { ...world().place, commit: world().head, entry })).rejects.toThrow('down');
    return labels();
  }

  it('`deployed` waits for no record: the merge has said so', async () => {
    expect(await labelsWithoutRecord('deployed')).toEqual(['deployed']);
  });

  it('`promoted` comes after the record', async () => {
    expect(await labelsWithoutRecord('promoted')).toEqual(['promotion']);
  });
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

describe('A label that the forge does not take at once', () => {
  /** A worker with an outbox, and a forge that takes no label of this name for as long as `trouble` is there. */
  function worker(refused: RecordEntry['event'], failure: Failure) {
    const made = { trouble: failure as Failure | undefined };
    const relabel: Forge['relabel'] = async (...args) => {
      if (args[1] === refused && made.trouble) throw made.trouble;
      await world().forge.relabel(...args);
    };
    const forge = forgeWith(world().forge, { relabel });
    const forges = { for: () => forge, commitUrl: () => undefined };
    const notices: string[] = [];
    const outbox = createOutbox({ forges: {}, notice: (sentence) => void notices.push(sentence), writeEveryMs: 0 });
    return Object.assign(made, { dependencies: { ...world().dependencies, forges, outbox }, outbox, notices });
  }

  async function merged() {
    const { number, labels } = await propose();
    await world().forge.mergeBy('ann', number, 'merge');
    const about = { time: '2026-01-01T00:00:00.000Z', operation: 'promotion', request: number } as const;
    const write = (dependencies: Parameters<typeof record>[0], event: RecordEntry['event']) =>
      record(dependencies, { ...world().place, commit: world().head, entry: { ...about, event } });
    return { write, labels };
  }

  const limit = () => new Failure('Unavailable', 'The limit is used up.', { retryAfterMs: 5, isWaiting: true });

  it('is set later where a limit keeps the last one away, by no further entry', async () => {
    const { write, labels } = await merged();
    const made = worker('promoted', limit());
    await write(made.dependencies, 'deployed');
    const { unlabelled } = await write(made.dependencies, 'promoted');
    expect(unlabelled).toMatch(
      /could not be labelled promoted\. The limit is used up\. The label is tried again by itself\.$/,
    );
    expect(await labels()).toEqual(['deployed']);
    made.trouble = undefined;
    await made.outbox.close();
    expect(await labels()).toEqual(['promoted']);
    expect(made.notices).toEqual([]);
  });

  it('does not take the place of the one that a later entry has set meanwhile', async () => {
    const { write, labels } = await merged();
    const made = worker('deployed', limit());
    expect((await write(made.dependencies, 'deployed')).unlabelled).toContain('tried again');
    expect(await write(world().dependencies, 'promoted')).toEqual({});
    made.trouble = undefined;
    await made.outbox.close();
    expect(await labels()).toEqual(['promoted']);
  });

  it('is not tried again where the forge refuses it', async () => {
    const { write, labels } = await merged();
    const made = worker('promoted', new Failure('Unauthorized', 'The token may not.'));
    const { unlabelled } = await write(made.dependencies, 'promoted');
    expect(unlabelled).toMatch(/could not be labelled promoted\. The token may not\.$/);
    made.trouble = undefined;
    await made.outbox.close();
    expect(await labels()).toEqual(['promotion']);
  });
});
