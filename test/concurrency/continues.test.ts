import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { PromotionInput } from '../../src/operation/messages.ts';
import type { PromoteMainCommit } from '../../src/workflows/index.ts';
import { holdStep } from '../support/gate.ts';
import { type ConcurrencyTest, runConcurrently } from '../workflows/support/concurrency.ts';
import { eventually } from '../workflows/support/eventually.ts';
import type { TestOperation } from '../workflows/support/operation.ts';
import { continuesAsNew, short } from '../workflows/support/renewal.ts';
import { failed, sha, unreachable, World } from '../workflows/support/world.ts';

const before = sha('before');

/** Promotes one commit through a world whose workflows continue as new soon. */
function promoting(
  world: World,
  body: (
    promotion: TestOperation & {
      readonly concurrent: ConcurrencyTest;
      readonly renew: (times?: number) => Promise<void>;
    },
  ) => Promise<void>,
): Promise<void> {
  const [m1 = ''] = world.commitMains(1);
  return runConcurrently(world, async (concurrent) => {
    const promotion = await concurrent.promote(m1, short);
    const { client } = concurrent.test;
    await body({ ...promotion, concurrent, renew: (times) => continuesAsNew(client, promotion.handle, times) });
  });
}

const eventsOf = (world: World, name: string) => world.at(name).record.map(({ event }) => event);

describe('A promotion that continues as new', () => {
  it('while it awaits an approval has one request, and takes the approval of its head', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    await promoting(world, async ({ reaches, renew, environment, decide, result, status }) => {
      const waits = await reaches('dev', 'awaiting approval');
      const { startedAt } = await status();
      await renew(3);
      expect(await environment('dev')).toEqual(waits);
      expect((await status()).startedAt).toBe(startedAt);
      await decide('approve', { environment: 'dev', head: waits.request?.head });
      expect((await result()).environments).toMatchObject([{ state: 'promoted', approval: { by: 'ann' } }]);
      expect(world.at('dev').renders).toHaveLength(1);
      expect(world.at('dev').story).toEqual(['promotion merged']);
      expect(eventsOf(world, 'dev')).toEqual(['deployed', 'promoted']);
    });
  });

  it('keeps an approval that was given, until the forge lets it merge', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    world.at('dev').checksRun = true;
    await promoting(world, async ({ reaches, renew, decide, environment, result }) => {
      const { request } = await reaches('dev', 'awaiting approval');
      await decide('approve', { environment: 'dev', head: request?.head });
      await renew();
      expect(await environment('dev')).toMatchObject({ state: 'pull request open', approval: { head: request?.head } });
      world.at('dev').checksRun = false;
      expect((await result()).state).toBe('promoted');
      expect(eventsOf(world, 'dev')).toEqual(['deployed', 'promoted']);
    });
  });

  it('while its clusters are awaited asks Flux once, and keeps the deadline', async () => {
    const world = new World([['dev'], ['qa']], { dev: { rolloutTimeoutMs: 9_000 } });
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await promoting(world, async ({ reaches, renew, decide, result }) => {
      const { since } = await reaches('dev', 'rolling out');
      await renew();
      expect((await reaches('dev', 'rolling out')).since).toBe(since);
      const late = await reaches('dev', 'needs attention');
      expect(late.message).toContain('not every cluster could be seen');
      const deadline = /By (\S+) not/.exec(late.message)?.[1] ?? '';
      expect(Date.parse(deadline) - Date.parse(since)).toBeLessThan(12_000);
      expect(world.reconciliations).toEqual(['dev']);
      world.at('dev').unhealthy = [];
      await decide('retry', { environment: 'dev' });
      expect((await result()).environments.map(({ state }) => state)).toEqual(['promoted', 'promoted']);
      expect(eventsOf(world, 'dev')).toEqual(['deployed', 'promoted']);
    });
  });

  it('while it soaks does not begin the soak anew', async () => {
    const world = new World([['dev']], { dev: { soakMs: 10_000 } });
    await promoting(world, async ({ reaches, renew, result }) => {
      const { since, message } = await reaches('dev', 'soaking');
      await renew();
      expect(await reaches('dev', 'soaking')).toMatchObject({ since, message });
      expect((await result()).state).toBe('promoted');
      expect(Date.now() - Date.parse(since)).toBeLessThan(20_000);
      expect(world.reconciliations).toEqual(['dev', 'dev']);
      expect(eventsOf(world, 'dev')).toEqual(['deployed', 'promoted']);
    });
  });

  it('while a check is awaited goes on with that check', async () => {
    const check = (name: string) => ({ kind: 'object', object: { kind: 'Job', name }, timeoutMs: 600_000 }) as const;
    const world = new World([['dev']], { dev: { verify: [check('smoke'), check('load')] } });
    let isDone = false;
    const asked: string[] = [];
    world.at('dev').check = (order) => {
      if (order.check.kind === 'object') asked.push(order.check.object.name);
      return asked.at(-1) === 'smoke' || isDone ? { kind: 'passed' } : undefined;
    };
    await promoting(world, async ({ environment, renew, result }) => {
      await eventually(async () => (await environment('dev')).check?.name).toBe('Job/load');
      const { message } = await environment('dev');
      await renew();
      expect(await environment('dev')).toMatchObject({ state: 'verifying', message });
      isDone = true;
      expect((await result()).environments[0]?.message).toContain('checked Job/smoke, Job/load');
      expect(asked.filter((name) => name === 'smoke')).toHaveLength(1);
    });
  });

  it('while it is held keeps its place in the lane', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ lane, promote, test }) => {
      await lane('dev').hold();
      const { reaches, result, handle } = await promote(m1, short);
      await reaches('dev', 'held');
      const entries = async () => (await lane('dev').status()).waiting.map(({ id }) => id);
      const before = await entries();
      await continuesAsNew(test.client, handle);
      expect(await entries()).toEqual(before);
      expect(await reaches('dev', 'held')).toMatchObject({ message: expect.stringContaining('load test') });
      await lane('dev').resume();
      expect((await result()).state).toBe('promoted');
      expect((await (await promote(m2)).result()).state).toBe('promoted');
      await lane('dev').isEmpty();
    });
  });

  it('while a person must decide takes the decision, and keeps its turn', async () => {
    const world = new World([['dev']]);
    world.at('dev').unhealthy = [failed('dev-1')];
    await promoting(world, async ({ reaches, renew, decide, result, concurrent: { lane } }) => {
      const waits = await reaches('dev', 'needs attention');
      await renew();
      expect(await reaches('dev', 'needs attention')).toEqual(waits);
      expect((await lane('dev').status()).current).toMatchObject({ phase: 'failed' });
      await decide('accept', { environment: 'dev', reason: 'known', clusters: ['dev-1'] });
      expect((await result()).environments).toMatchObject([{ state: 'accepted' }]);
      expect(eventsOf(world, 'dev')).toEqual(['deployed', 'accepted']);
      await lane('dev').isEmpty();
    });
  });

  it('while a step that merely looks fails makes it again', async () => {
    const world = new World([['dev']]);
    const { readEnvironment } = world;
    let isDown = true;
    let looks = 0;
    world.readEnvironment = async (order) => {
      looks += 1;
      if (isDown) throw ApplicationFailure.create({ type: 'Unavailable', message: 'git is away', nextRetryDelay: 500 });
      return readEnvironment(order);
    };
    await promoting(world, async ({ renew, result }) => {
      await eventually(() => looks).toBeGreaterThan(0);
      await renew();
      isDown = false;
      expect((await result()).state).toBe('promoted');
      expect(world.at('dev').renders).toHaveLength(1);
      expect(eventsOf(world, 'dev')).toEqual(['deployed', 'promoted']);
    });
  });

  it('waits until no step is in flight, and loses no decision that comes meanwhile', async () => {
    const policy = { merge: 'approval' } as const;
    const world = new World([['us', 'eu', 'ap']], { eu: policy, ap: policy });
    const rendering = holdStep('renderEnvironment', ({ environment }) => environment === 'us');
    Object.assign(world, rendering.steps({ ...world }));
    await promoting(world, async ({ reaches, decide, handle, result, concurrent: { test } }) => {
      const { request } = await reaches('eu', 'awaiting approval');
      await reaches('ap', 'awaiting approval');
      await rendering.underWay;
      const { runId } = await handle.describe();
      for (let time = 0; time < 50; time += 1) await handle.signal('nudge', { environment: 'nowhere' });
      await decide('approve', { environment: 'eu', head: request?.head });
      await decide('reject', { environment: 'ap', reason: 'not on a Friday' });
      await reaches('ap', 'rejected');
      expect((await handle.describe()).runId).toBe(runId);
      expect(world.at('eu').story).toEqual(['promotion open']);
      rendering.letGo();
      const { environments } = await result();
      expect(environments.map(({ state }) => state)).toEqual(['promoted', 'promoted', 'rejected']);
      const latest = await test.client.workflow.getHandle(handle.workflowId).describe();
      expect(latest.runId).not.toBe(runId);
      for (const name of ['us', 'eu']) expect(eventsOf(world, name)).toEqual(['deployed', 'promoted']);
    });
  });

  it('while a rollback that it was asked for is under way waits for its end', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'approval' } });
    await promoting(world, async ({ reaches, renew, decide, result, status }) => {
      await reaches('qa', 'awaiting approval');
      world.at('dev').policy = { ...world.at('dev').policy, merge: 'manual' };
      await decide('rollback', { environment: 'dev', reason: 'it leaks' });
      await eventually(() => world.at('dev').story).toEqual(['promotion merged', 'rollback open']);
      await reaches('dev', 'rolling back');
      await renew();
      expect(await status()).toMatchObject({ state: 'running', environments: [{ state: 'rolling back' }, {}] });
      world.at('dev').mergeByHand('bob');
      const { state, environments } = await result();
      expect(state).toBe('rolled back');
      expect(environments.map((e) => e.state)).toEqual(['rolled back', 'aborted']);
      expect(world.at('dev').deployed?.main).toBe(before);
      expect(world.at('qa').story).toEqual(['promotion closed']);
    });
  });

  it('while it rolls back by itself waits for that, and for a person where it is refused', async () => {
    const world = new World([['dev']], { dev: { onFailure: 'rollback' } });
    const planning = holdStep('planRollback');
    Object.assign(world, planning.steps({ ...world }));
    world.at('dev').unhealthy = [failed('dev-1')];
    world.at('dev').neverHealthy = true;
    await promoting(world, async ({ reaches, renew, decide, result }) => {
      await reaches('dev', 'rolling back');
      await planning.underWay;
      await renew();
      expect((await reaches('dev', 'rolling back')).message).toContain('dev-1');
      planning.letGo();
      expect((await reaches('dev', 'needs attention')).message).toContain(
        'It was not rolled back: nothing was recorded',
      );
      await renew(1);
      await decide('abort', { environment: 'dev', reason: 'seen enough' });
      expect((await result()).state).toBe('aborted');
      expect(eventsOf(world, 'dev')).toEqual(['deployed', 'given up']);
    });
  });
});

describe('A config change that continues as new', () => {
  it('keeps its request, takes a newer commit into it, and is found by that', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    await runConcurrently(world, async ({ configure, test }) => {
      const { handle } = await configure('dev', dev.commitConfig(), short);
      const change = await configure('dev', dev.config, short);
      await change.reaches('dev', 'pull request open');
      await continuesAsNew(test.client, handle);
      const second = dev.commitConfig();
      const latest = await configure('dev', second);
      await eventually(() => dev.open?.revision.config).toBe(second);
      await continuesAsNew(test.client, handle);
      dev.mergeByHand('bob');
      expect(await latest.result()).toMatchObject({ state: 'configured', environments: [{ config: second }] });
      expect(dev.story).toEqual(['config change merged']);
      expect(eventsOf(world, 'dev')).toEqual(['deployed', 'configured']);
    });
  });
});

describe('A rollback that continues as new', () => {
  it('of one environment keeps its target and its request, and holds the lane', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    world.at('dev').has(m1);
    await runConcurrently(world, async ({ rollBack, lane, test }) => {
      const rollback = await rollBack('dev', short);
      await rollback.reaches('dev', 'pull request open');
      await continuesAsNew(test.client, rollback.handle);
      world.at('dev').mergeByHand('bob');
      expect((await rollback.result()).state).toBe('rolled back');
      expect(world.at('dev').story).toEqual(['rollback merged']);
      expect(world.at('dev').deployed?.main).toBe(before);
      await eventually(async () => (await lane('dev').status()).hold).toMatchObject({
        reason: 'rolled back: checkout fails',
      });
    });
  });

  it('of all that a promotion reached goes on where it was', async () => {
    const { world, main } = reachedWorld();
    await runConcurrently(world, async ({ takeBack, test }) => {
      const operation = await takeBack(main, short);
      await eventually(() => world.at('qa').story).toEqual(['rollback open']);
      await continuesAsNew(test.client, operation.handle);
      world.at('qa').mergeByHand('bob');
      const { state, environments } = await operation.result();
      expect(state).toBe('rolled back');
      expect(environments.map((e) => [e.environment, e.state])).toEqual([
        ['qa', 'rolled back'],
        ['dev', 'rolled back'],
      ]);
      for (const name of ['dev', 'qa']) expect(world.at(name).story).toEqual(['rollback merged']);
    });
  });

  it('of all that a promotion reached is aborted as before', async () => {
    const { world, main } = reachedWorld();
    await runConcurrently(world, async ({ takeBack, test }) => {
      const operation = await takeBack(main, short);
      await eventually(() => world.at('qa').story).toEqual(['rollback open']);
      await continuesAsNew(test.client, operation.handle);
      await operation.decide('abort', { reason: 'it was something else' });
      expect((await operation.result()).state).toBe('aborted');
      expect(world.at('qa').story).toEqual(['rollback closed']);
      expect(world.at('dev').deployed?.main).toBe(main);
    });
  });
});

describe('A rollback whose next run begins with an abort', () => {
  it('cancels what it waits for', async () => {
    const { world, main } = reachedWorld();
    await runConcurrently(world, async ({ takeBack, test: { client, worker } }) => {
      const { handle } = await takeBack(main, short);
      await eventually(() => world.at('qa').story).toEqual(['rollback open']);
      await continuesAsNew(client, handle, 1);
      await worker.stop();
      const next = client.workflow.getHandle(handle.workflowId);
      await next.signal('abort', { by: 'ann', reason: 'it was something else' });
      await beginAgain(client, next);
      await worker.start();
      expect(await next.result()).toMatchObject({ state: 'aborted' });
      expect(world.at('qa').story).toEqual(['rollback closed']);
      expect(world.at('dev').deployed?.main).toBe(main);
    });
  });
});

describe('What somebody starts with the memory of a run', () => {
  const refused = 'memory: only an earlier run hands one on. Leave it out.';

  /** Takes the memory of a promotion that waits for an approval, and terminates it. */
  function withMemory(
    body: (taken: {
      readonly test: ConcurrencyTest['test'];
      readonly start: (options?: object) => Promise<WorkflowHandle>;
    }) => Promise<void>,
  ): Promise<void> {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    return promoting(world, async ({ reaches, renew, handle: { workflowId }, concurrent: { test } }) => {
      await reaches('dev', 'awaiting approval');
      await renew(1);
      const { events } = await test.client.workflow.getHandle(workflowId).fetchHistory();
      const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      if (!payload) throw new Error('the run has no input');
      const input = defaultPayloadConverter.fromPayload<PromotionInput>(payload);
      expect(input).toHaveProperty('memory');
      await test.client.workflow.getHandle(workflowId).terminate('for the test');
      const start = (options: object = {}) =>
        test.start<typeof PromoteMainCommit>('PromoteMainCommit', { workflowId, args: [input], ...options });
      await body({ test, start });
      expect(world.at('dev').story).toEqual(['promotion open']);
    });
  }

  it('ends, and nothing of it is believed', async () => {
    await withMemory(async ({ start }) => {
      const forged = await start();
      await expect(forged.result()).rejects.toMatchObject({ cause: { message: expect.stringContaining(refused) } });
    });
  });

  // Temporal names the run before, as where a workflow continues as new; but the input is the one that somebody gave.
  it('ends also where Temporal starts it again by the clock', async () => {
    await withMemory(async ({ test, start }) => {
      const { workflowId } = await start({ cronSchedule: '@every 1s' });
      const failed = `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Failed'`;
      try {
        await eventually(async () => (await test.client.workflow.count(failed)).count).toBeGreaterThan(1);
      } finally {
        await test.client.workflow.getHandle(workflowId).terminate('the test has ended');
      }
    });
  });

  it('ends also where Temporal starts it again because its time was over', async () => {
    await withMemory(async ({ test, start }) => {
      await test.worker.stop();
      const retry = { initialInterval: '1 second', backoffCoefficient: 1, maximumAttempts: 30 };
      const forged = await start({ workflowRunTimeout: '2 seconds', retry });
      const { runId } = await forged.describe();
      const latest = test.client.workflow.getHandle(forged.workflowId);
      await eventually(async () => (await latest.describe()).runId).not.toBe(runId);
      await test.worker.start();
      await expect(latest.result()).rejects.toMatchObject({ cause: { message: expect.stringContaining(refused) } });
    });
  });
});

/** Lets the latest run begin again: its first task has all signals that it has got. */
async function beginAgain(client: Client, handle: WorkflowHandle): Promise<void> {
  const { workflowId } = handle;
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const finished = events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
  // Its worker was stopped before the first task: that is still to come.
  if (finished === undefined) return;
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'it begins with a signal',
    requestId: randomUUID(),
    workflowTaskFinishEventId: finished,
  });
}

/** A world in which a commit has reached both environments. */
function reachedWorld() {
  const world = new World([['dev'], ['qa']], { qa: { merge: 'manual' } });
  const [main = ''] = world.commitMains(1);
  for (const name of ['dev', 'qa']) world.at(name).has(main);
  return { world, main };
}
