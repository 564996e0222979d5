import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { msToTs } from '@temporalio/common/lib/time.js';
import { describe, expect, it } from 'vitest';
import { cliCommand } from '../../demo/rig/cli.ts';
import { loadSettings } from '../../src/settings/settings.ts';
import { type ReadmeCommand, withValues } from '../support/readme/commands.ts';
import { commandsRunBy, type RunBy } from '../support/readme/runs.ts';
import type { TemporalTest } from '../support/temporal.ts';
import { fairlead, type Ran } from '../unit/cli/test-io.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { sha, World } from '../workflows/support/world.ts';
import { type CommandLine, withCommandLine } from './support/command-line.ts';
import { withLanes } from './support/lanes.ts';

type Values = Readonly<Record<string, string>>;

/** How the test's Temporal is reached; what README exports goes before it. */
const connection = ({ address, namespace, taskQueue }: TemporalTest) => ({
  TEMPORAL_ADDRESS: address,
  TEMPORAL_NAMESPACE: namespace,
  FAIRLEAD_TASK_QUEUE: taskQueue,
});

/** Runs a command as README writes it, with the stand-in's values in the place of README's. */
function perform(
  command: ReadmeCommand,
  { test, values }: { readonly test: TemporalTest; readonly values: Values },
): Promise<Ran> {
  const { words, exported } = withValues(command, values);
  // Where nothing is exported, the one that a worker of the sandbox prints.
  const source = { FAIRLEAD_SOURCE: values['https://github.com/acme/platform'] };
  return fairlead(words.slice(1), { env: { ...connection(test), ...source, ...exported } });
}

/** The values of the test's own source and commit. */
const ownValues = ({ platform, commit }: CommandLine): Values => ({
  'https://github.com/acme/platform': `https://${platform}`,
  $GITHUB_SHA: commit,
  main: commit,
  '3f2a9c1': commit.slice(0, 7),
});

const tomorrow = () => `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 19)}Z`;

const handlers: Readonly<Record<RunBy<'server'>, (command: ReadmeCommand) => Promise<void>>> = {
  'fairlead setup': (command) =>
    withCommandLine(new World([['dev']]), async ({ test }) => {
      const namespace = `readme-${test.taskQueue}`;
      await test.client.connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: msToTs('1 day'),
      });
      const { words, exported } = withValues(command, { 'temporal:7233': test.address });
      const env = { TEMPORAL_NAMESPACE: namespace, ...exported };
      // A new namespace is known everywhere after a moment.
      await eventually(async () => (await fairlead(['status'], { env })).err).toContain('Run `fairlead setup` once.');
      expect(await fairlead(words.slice(1), { env })).toMatchObject({ code: 0, err: '' });
      expect(await fairlead(['status'], { env })).toMatchObject({ code: 0 });
    }),

  'fairlead worker': (command) =>
    withCommandLine(new World([['dev']]), async ({ test }) => {
      const { words, exported } = withValues(command, { 'temporal:7233': test.address, '…': 'a token' });
      const [forge] = (await loadSettings(exported)).forges;
      expect(await forge?.token()).toBe('a token');
      const taskQueue = `readme-${test.taskQueue}`;
      const env = { ...process.env, TEMPORAL_NAMESPACE: test.namespace, FAIRLEAD_TASK_QUEUE: taskQueue, ...exported };
      const [program, ...args] = cliCommand;
      const child = spawn(program, [...args, ...words.slice(1)], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      const exited = once(child, 'exit');
      let log = '';
      child.stderr.on('data', (text) => {
        log += String(text);
      });
      try {
        await Promise.race([eventually(() => log).toContain('the worker polls'), exited]);
      } finally {
        child.kill('SIGTERM');
      }
      expect(await exited, log).toEqual([0, null]);
      expect(log).toContain('the worker polls');
    }),

  'fairlead promote': (command) =>
    withCommandLine(new World([['dev']]), async (line) => {
      const ran = await perform(command, { test: line.test, values: ownValues(line) });
      expect(ran).toMatchObject({ code: 0, out: expect.stringContaining(`The promotion ${line.id} has started.`) });
      await line.reaches('dev', 'promoted');
    }),

  'fairlead apply-config': async (command) => {
    const world = new World([['qa']]);
    await withCommandLine(world, async (line) => {
      world.at('qa').configs.push(line.commit);
      const ran = await perform(command, { test: line.test, values: ownValues(line) });
      const id = `configure/${line.platform}/qa`;
      expect(ran).toMatchObject({ code: 0, out: expect.stringContaining(`The config change ${id} has started.`) });
      await line.reaches('qa', 'configured', id);
    });
  },

  'fairlead status': (command) =>
    withCommandLine(new World([['dev']], { dev: { merge: 'manual' } }), async (line) => {
      await line.promote();
      await line.reaches('dev', 'pull request open');
      const look = () => perform(command, { test: line.test, values: ownValues(line) });
      await eventually(async () => (await look()).out).toContain(line.id);
      expect(await look()).toMatchObject({ code: 0, err: '' });
    }),

  'fairlead approve': async (command) => {
    const world = new World([['prod']], { prod: { merge: 'approval' } });
    await withCommandLine(world, async (line) => {
      await line.promote();
      await line.reaches('prod', 'awaiting approval');
      const head = world.at('prod').open?.head.slice(0, 7) ?? '';
      const ran = await perform(command, { test: line.test, values: { ...ownValues(line), '81bc0de': head } });
      expect(ran).toMatchObject({ code: 0, err: '' });
      await line.reaches('prod', 'promoted');
    });
  },

  'fairlead rollback': async (command) => {
    const world = new World([['qa']]);
    await withCommandLine(world, async (line) => {
      expect((await line.promote('--wait')).code).toBe(0);
      const ran = await perform(command, { test: line.test, values: ownValues(line) });
      const id = `rollback/${line.platform}/qa`;
      expect(ran).toMatchObject({ code: 0, out: expect.stringContaining(`The rollback ${id} has started.`) });
      await line.reaches('qa', 'rolled back', id);
      expect(world.at('qa').deployed?.main).toBe(sha('before'));
    });
  },

  'fairlead resume': (command) =>
    withLanes(new World([['qa']]), async ({ act, source, test }) => {
      expect((await act('hold', '--reason', 'load test')).code).toBe(0);
      const ran = await perform(command, { test, values: { 'https://github.com/acme/platform': source.path } });
      expect(ran).toEqual({ code: 0, out: 'qa is not held any more.\n', err: '' });
    }),

  'fairlead hold': (command) =>
    withLanes(new World([['qa']]), async ({ lane, run, source, test }) => {
      const values = {
        'https://github.com/acme/platform': source.path,
        prod: 'qa',
        '2026-11-30T08:00:00Z': tomorrow(),
      };
      expect(await perform(command, { test, values })).toMatchObject({ code: 0, err: '' });
      expect((await run('status', lane)).out).toContain('black friday');
    }),
};

describe('README.md says', () => {
  it.each(commandsRunBy('server'))('$text', (command) => handlers[command.name](command));
});
