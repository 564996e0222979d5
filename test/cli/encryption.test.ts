import { randomBytes } from 'node:crypto';
import { ApplicationFailure, type Payload } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { execa } from 'execa';
import { describe, expect, inject, it } from 'vitest';
import { cliCommand } from '../../demo/rig/cli.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { createCodec } from '../../src/temporal/codec/codec.ts';
import { workerConverter } from '../../src/temporal/codec/data-converter.ts';
import { workflowBundle as bundleFile, productionWorkflows } from '../support/temporal-bundle.ts';
import { whileWorkersRun } from '../support/temporal-worker.ts';
import { fairlead } from '../unit/cli/test-io.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { sha, World } from '../workflows/support/world.ts';
import { withCommandLine } from './support/command-line.ts';

const newKey = () => randomBytes(32).toString('base64');
const key = { id: '2026', text: newKey() };
const codecOf = (each: typeof key) => ({
  env: { FAIRLEAD_CODEC_KEYS: `${each.id}=${each.text}` },
  worker: { dataConverter: workerConverter([bytesOf(each)]) },
});
const bytesOf = ({ id, text }: { readonly id: string; readonly text: string }) => ({
  id,
  bytes: Buffer.from(text, 'base64'),
});

describe('With payloads encrypted', () => {
  it('a command with the key reads all, one without it or with another says what to do', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    await withCommandLine(
      world,
      async ({ promote, run, runWith, commit, id }) => {
        expect((await promote()).code).toBe(0);
        await eventually(() => run('status', commit)).toMatchObject({
          code: 4,
          out: expect.stringContaining('Raise the limits'),
        });
        expect((await run('status')).out).toContain(id);
        const others = {
          'no key is set here': undefined,
          'here are "2025"': `2025=${newKey()}`,
          'another key than the one that is called "2026" here': `2026=${newKey()}`,
        };
        for (const [words, value] of Object.entries(others)) {
          const refused = await runWith({ FAIRLEAD_CODEC_KEYS: value }, 'status', commit);
          expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringContaining(words) });
          expect(refused.err).toMatch(/^A payload cannot be read: .*FAIRLEAD_CODEC_KEYS \(docs\/encryption\.md\)\.\n$/);
        }
        const wrong = await runWith({ FAIRLEAD_CODEC_KEYS: '2026=short' }, 'status', commit);
        expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('openssl rand -base64 32') });
        expect((await run('reject', commit, 'dev', '--reason', 'no')).code).toBe(0);
        await eventually(async () => JSON.parse((await run('status', commit, '--json')).out).state).toBe('rejected');
      },
      codecOf(key),
    );
  });

  it('status tells why a step fails', async () => {
    const world = new World([['dev']]);
    const { openPullRequest } = world;
    let isDown = true;
    world.openPullRequest = async (order) => {
      const message = 'Could not open a pull request on forge.test: 503.';
      if (isDown) throw ApplicationFailure.create({ type: 'Unavailable', message, nextRetryDelay: 100 });
      return openPullRequest(order);
    };
    await withCommandLine(
      world,
      async ({ promote, run, commit }) => {
        await promote();
        await eventually(() => run('status', commit)).toMatchObject({
          code: 3,
          out: expect.stringMatching(/dev.*: 503/),
        });
        isDown = false;
        expect((await promote('--wait')).code).toBe(0);
      },
      codecOf(key),
    );
  });

  it('what began before goes on with the key, and with a new one that takes its place', async () => {
    const world = new World([['dev'], ['prod']], { dev: { merge: 'manual' }, prod: { merge: 'manual' } });
    const next = { id: '2027', text: newKey() };
    // At first the worker encrypts nothing; so does the one that replays at the end, and must read all the same.
    const reading = createCodec([key, next].map(bytesOf));
    const plain = { payloadCodecs: [{ encode: async (payloads: Payload[]) => payloads, decode: reading.decode }] };
    await withCommandLine(
      world,
      async ({ promote, reaches, runWith, commit, test }) => {
        await promote();
        await reaches('dev', 'pull request open');
        await test.worker.restart({ dataConverter: workerConverter([bytesOf(key)]) });
        const held = { FAIRLEAD_CODEC_KEYS: `${key.id}=${key.text}` };
        expect((await runWith(held, 'retry', commit, 'dev')).err).toContain('dev');
        await eventually(async () => (await runWith(held, 'status', commit)).out).toContain('pull request open');

        await test.worker.restart({ dataConverter: workerConverter([bytesOf(next), bytesOf(key)]) });
        const both = { FAIRLEAD_CODEC_KEYS: `${next.id}=${next.text},${key.id}=${key.text}` };
        await eventually(() => runWith(both, 'reject', commit, 'dev', '--reason', 'no')).toMatchObject({ code: 0 });
        await eventually(async () => (await runWith(both, 'status', commit)).out).toContain('rejected');
      },
      { worker: { dataConverter: plain } },
    );
  });

  it('status names a worker that polls without the key, and what helps', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const taskQueue = `no-key-${Date.now()}`;
    const environment = await TestWorkflowEnvironment.createFromExistingServer({ address: inject('temporal').address });
    const { client, nativeConnection: connection, address } = environment;
    const source = `https://forge.test/${taskQueue}/platform`;
    const codec = codecOf(key);
    const env = { TEMPORAL_ADDRESS: address, FAIRLEAD_TASK_QUEUE: taskQueue, FAIRLEAD_SOURCE: source };
    const run = (...args: readonly string[]) => fairlead(args, { env: { ...env, ...codec.env } });
    const commit = sha(taskQueue);
    const id = `promote/${platformId(source)}/${commit}`;
    const workflowBundle = { codePath: await bundleFile(inject('temporal').directory, productionWorkflows) };
    const options = { connection, taskQueue, workflowBundle, activities: world };
    try {
      await run('promote', '--commit', commit);
      await whileWorkersRun({ ...options, dataConverter: workerConverter([]) }, async () => {
        const words =
          /the worker cannot carry it on.*A payload cannot be read: .*"2026", and no key is set here.*A worker polls that lacks the key/;
        await eventually(async () => (await run('status')).out).toMatch(words);
        expect(await run('status', commit)).toMatchObject({ code: 1, out: expect.stringMatching(words) });
      });
      await whileWorkersRun({ ...options, ...codec.worker }, async () => {
        await eventually(() => run('status', commit)).toMatchObject({ code: 4, err: '' });
      });
    } finally {
      await client.workflow.getHandle(id).terminate('the test has ended');
      await environment.teardown();
    }
  });

  it('a worker without the key does not poll, and says so in one line', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    await withCommandLine(
      world,
      async ({ promote, reaches, test, id }) => {
        await promote();
        await reaches('dev', 'pull request open');
        const [program, ...args] = cliCommand;
        const env = { TEMPORAL_ADDRESS: test.address, FAIRLEAD_TASK_QUEUE: test.taskQueue };
        const ended = await execa(program, [...args, 'worker'], { env, reject: false, stdin: 'ignore' });
        expect({ code: ended.exitCode, said: ended.stderr.split('\n').at(-1) }).toEqual({
          code: 2,
          said: expect.stringMatching(
            /^This worker does not poll, because it could not carry (promote|lane)\/\S+ on\. A payload cannot be read: it is encrypted with the key "2026", and no key is set here\. Give/,
          ),
        });
        expect(id).toContain('promote/');
      },
      codecOf(key),
    );
  });
});
