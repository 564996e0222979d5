import { describe, expect, it } from 'vitest';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { World } from '../../workflows/support/world.ts';
import { deepJson, jsonPayload, rawSender } from './support/raw.ts';

/** Half a character: a lone surrogate. */
const half = '\ud800';
const deep = deepJson(100_000);
const entry = {
  ...{ id: 'x', operation: 'config change', main: '', phase: 'waiting', whenNewer: 'wait', workflowId: 'x' },
  ...{ source: 'https://forge.test/acme/platform', environment: 'dev' },
  firstRunId: '01a219ba-f412-74f7-b213-48c772246fe7',
};
const poisonOfLane: readonly [string, string, object][] = [
  ['half a character in a workflow id', 'enter', { ...entry, workflowId: half }],
  ['a workflow id of 2,000 bytes', 'enter', { ...entry, workflowId: 'é'.repeat(1000) }],
  ['half a character in an id', 'enter', { ...entry, id: half }],
  ['an id of 1 MB', 'enter', { ...entry, id: 'x'.repeat(1_000_000) }],
  ['half a character in a source', 'enter', { ...entry, source: `https://forge.test/${half}` }],
  ['a NUL in a workflow id', 'enter', { ...entry, workflowId: 'x\u0000y' }],
  ['a line end in an id', 'enter', { ...entry, id: 'x\ny' }],
  ['half a character in a key', 'enter', { ...entry, [half]: 1 }],
  ['half a character in a reason', 'leave', { id: 'x', hold: { by: 'a', reason: half, config: false } }],
  ['half a character in a hold', 'hold', { by: 'ann', reason: half }],
  ['a reason of 1 MB', 'hold', { by: 'ann', reason: 'x'.repeat(1_000_000) }],
];
const rawPoison: readonly [string, string, ReturnType<typeof jsonPayload>][] = [
  ['100,000 levels in a field', 'enter', jsonPayload(`{"id":${deep}}`)],
  ['100,000 levels', 'stepTrouble', jsonPayload(deep)],
  ['100,000 levels as a hold', 'hold', jsonPayload(deep)],
  ['100,000 levels in a signal that nobody knows', 'approve', jsonPayload(deep)],
  ['what is no JSON', 'hold', jsonPayload('{')],
  ['an unknown encoding', 'hold', jsonPayload('{}', 'x/y')],
  ['no encoding', 'hold', { data: Buffer.from('{}') }],
  ['a reserved name', '__temporal_x', jsonPayload('{}')],
];

describe('A lane', () => {
  it('refuses what no workflow may be handed, shows that, and goes on', async () => {
    await runConcurrently(new World([['dev']]), async ({ lane, test }) => {
      const { handle, ...dev } = lane('dev');
      await dev.hold();
      const send = [
        ...poisonOfLane.map(([what, name, payload]) => ({ what, sent: () => handle.signal(name, payload) })),
        ...rawPoison.map(([what, name, payload]) => ({
          what,
          sent: () => rawSender(test).signal(handle.workflowId, name, payload),
        })),
      ];
      for (const [index, { what, sent }] of send.entries()) {
        await sent();
        await eventually(async () => [what, (await dev.status()).refusals.length]).toEqual([what, index + 1]);
      }
      const { refusals, hold, current, waiting, configuring } = await dev.status();
      expect(Math.max(...refusals.map(({ reason }) => reason.length))).toBeLessThanOrEqual(1_000);
      expect({ reason: hold?.reason, entries: [current, ...waiting, ...configuring] }).toEqual({
        reason: 'load test',
        entries: [undefined],
      });
      expect(await dev.resume()).toContain('dev is not held any more');
    });
  });

  it('refuses updates that quote it half a character, and answers with the field', async () => {
    await runConcurrently(new World([['dev']]), async ({ lane }) => {
      const dev = lane('dev');
      for (const message of [
        { by: half },
        { reason: half },
        { until: half },
        { reason: 'é'.repeat(1_501) },
        { [half]: 'x' },
      ])
        expect(await dev.hold(message)).toMatch(/^hold: ("(reason|until)" must be|the payload cannot be read)/);
      expect(await dev.resume()).toContain('dev is not held');
    });
  });
});

describe('A promotion', () => {
  it('refuses what it is told about half a character or a megabyte, in few words', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, test }) => {
      const { decide, handle, status, reaches, result } = await promote(m1);
      await reaches('dev', 'awaiting approval');
      for (const decision of [
        { environment: half, head: '1234567' },
        { environment: 'x'.repeat(1_000_000), head: '1234567' },
        { environment: 'dev', head: 'x'.repeat(1_000_000) },
      ])
        expect((await decide('approve', decision)).length).toBeLessThan(300);
      const many = Array.from({ length: 100_000 }, (_, index) => `cluster-${index}`);
      expect(await decide('accept', { environment: 'dev', reason: 'x', clusters: many })).toContain('at most 1000');
      for (const [, name, payload] of rawPoison) await rawSender(test).signal(handle.workflowId, name, payload);
      await eventually(async () => (await status()).refusals.length).toBe(rawPoison.length);
      const { request } = await reaches('dev', 'awaiting approval');
      await decide('approve', { environment: 'dev', head: request?.head });
      expect((await result()).state).toBe('promoted');
    });
  });
});

describe('A lane that is started with poison', () => {
  const input = {
    gitops: { repository: 'https://forge.test/acme/gitops', branch: 'dev' },
    source: 'https://forge.test/acme/platform',
    environment: 'dev',
  };
  const withField = (field: string) => JSON.stringify(input).replace(/}$/, `,${field}}`);

  it.each([
    ['half a character in its source', JSON.stringify({ ...input, source: half })],
    ['half a character in its environment', JSON.stringify({ ...input, environment: half })],
    ['an environment of 300 bytes', JSON.stringify({ ...input, environment: 'é'.repeat(150) })],
    ['a deep memory', withField(`"state":{"version":1,"x":${deep}}`)],
    ['a deep field that nobody knows', withField(`"x":${deep}`)],
    ['a limit with which each run would begin the next', withField('"historyLimit":0')],
    ['what is no JSON', '{'],
  ])('ends, and says why: %s', async (_what, json) => {
    await runConcurrently(new World([['dev']]), async ({ test }) => {
      const id = `lane/${test.taskQueue}/dev`;
      await rawSender(test).start('EnvironmentLane', id, [jsonPayload(json)]);
      await expect(test.client.workflow.getHandle(id).result()).rejects.toMatchObject({
        cause: { type: 'InvalidInput', message: expect.stringContaining('EnvironmentLane cannot be started: ') },
      });
    });
  });

  it.each([[{ x: 1 }], [{ hold: 5 }], [{ version: 1, hold: 5 }], [{ version: 99 }]])(
    'begins anew from the record, and says so: the memory %j',
    async (state) => {
      await runConcurrently(new World([['dev']]), async ({ test, lane }) => {
        const { handle, ...dev } = lane('dev');
        await test.start('EnvironmentLane', { workflowId: handle.workflowId, args: [{ ...input, state }] });
        await eventually(async () => (await dev.status()).refusals.map(({ reason }) => reason)).toEqual([
          expect.stringContaining('The lane begins anew from the record'),
        ]);
        expect(await dev.hold()).toContain('dev is held');
        expect(await dev.resume()).toContain('dev is not held any more');
      });
    },
  );
});

describe('A workflow of a type that nobody knows', () => {
  it.each(['NoSuchType', '__proto__', 'default'])('ends, and says so: %s', async (type) => {
    await runConcurrently(new World([['dev']]), async ({ test }) => {
      const handle = await test.start(type, { args: [{}] });
      await expect(handle.result()).rejects.toMatchObject({
        cause: { type: 'InvalidInput', message: expect.stringContaining('has no workflow of the type') },
      });
    });
  });
});
