import { isGrpcServiceError } from '@temporalio/client';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TemporalTest } from '../../support/temporal.ts';
import { type ConcurrencyTest, runConcurrently } from '../../workflows/support/concurrency.ts';
import { World } from '../../workflows/support/world.ts';
import { type SentMessage, sentMessage } from './support/messages.ts';
import { jsonPayload, rawSender } from './support/raw.ts';

/** How many messages are sent, and what they are made from: docs/testing.md. */
const count = Number(process.env.FAIRLEAD_FUZZ ?? 300);
const seed = Number(process.env.FAIRLEAD_FUZZ_SEED ?? Date.now() % 2 ** 31);
/** Temporal fails a workflow task, and has it run again, when more than 100 signals come meanwhile. */
const atOnce = 10;
/** gRPC codes with which the server itself refuses: an argument, a workflow that is not there, a query that failed. */
const refusals = [3, 5, 9];
/** The code of what nobody answered in time. */
const deadlineExceeded = 4;

/** The id under which a workflow of a type believes a start. */
function startId(type: string, { taskQueue }: TemporalTest, number: number): string {
  const platform = `acme/${taskQueue}-${number}`;
  const ends: Readonly<Record<string, string>> = {
    EnvironmentLane: `lane/${platform}/dev`,
    PromoteMainCommit: `promote/${platform}/${'a'.repeat(40)}`,
    ApplyConfig: `configure/${platform}/dev`,
    RollbackEnvironment: `rollback/${platform}/dev`,
    RollbackPromotion: `rollback-promotion/${platform}/${'a'.repeat(40)}`,
  };
  return ends[type] ?? `catch-up/${platform}`;
}

it(
  'Whatever is sent to them, workflows live, and none of their tasks fails',
  async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [main = ''] = world.commitMains(1);
    const body = async ({ promote, configure, lane, test }: ConcurrencyTest) => {
      const dev = lane('dev');
      await dev.hold();
      const begin = {
        promotion: () => promote(main),
        'config change': () => configure('dev', 'b'.repeat(40)),
      };
      const operations = { promotion: await begin.promotion(), 'config change': await begin['config change']() };
      const idOf = (target: SentMessage['target']) => (target === 'lane' ? dev : operations[target]).handle.workflowId;
      // Among the messages are some that end an operation: the next ones get another.
      const revive = async (target: keyof typeof operations) => {
        const { status } = await operations[target].handle.describe();
        if (status.name !== 'RUNNING') operations[target] = await begin[target]();
      };
      const sender = rawSender(test);
      const send = async (message: SentMessage, number: number, isRepeated = false): Promise<void> => {
        const { channel, target, name, encoding } = message;
        const payload = jsonPayload(message.json, encoding);
        try {
          if (channel === 'start') await sender.start(name, startId(name, test, number), [payload]);
          else await sender[channel](idOf(target), name, payload);
        } catch (error) {
          if (!isGrpcServiceError(error)) throw error;
          // A query that waits for a task of its workflow can miss it. A workflow that lives answers the next one.
          const mayMiss = error.code === deadlineExceeded && channel === 'query' && !isRepeated;
          if (mayMiss) await send(message, number, true);
          else if (!refusals.includes(error.code)) throw error;
        }
      };
      const messages = fc.sample(sentMessage, { numRuns: count, seed });
      for (let sent = 0; sent < messages.length; sent += atOnce) {
        await Promise.all(messages.slice(sent, sent + atOnce).map((message, index) => send(message, sent + index)));
        await revive('promotion');
        await revive('config change');
      }

      // The lane may serve an environment of another name by now: this world lets every entry move it.
      expect(await dev.hold({ reason: 'after all' })).toContain(' is held');
      expect((await dev.status()).hold?.reason).toContain('after all');
      expect(await dev.resume()).toContain(' is not held any more');
      for (const target of ['promotion', 'config change'] as const) {
        // The last messages may still end an operation.
        const stateAtLast = async () => {
          await revive(target);
          return (await operations[target].status()).state;
        };
        await expect.poll(stateAtLast, { timeout: 20_000, interval: 200 }).toBe('running');
      }
    };
    await runConcurrently(world, body).catch((error: unknown) => {
      throw new Error(`FAIRLEAD_FUZZ=${count} FAIRLEAD_FUZZ_SEED=${seed}: ${String(error)}`, { cause: error });
    });
  },
  60_000 + count * 200,
);
