import { setTimeout as pause } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  type WorkflowHandle,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { configStart, promotionStart, rollbackStart, type Start } from '../../../src/cli/temporal/starts.ts';
import { statusQuery } from '../../../src/operation/messages.ts';
import type { OperationResult, OperationStatus } from '../../../src/operation/status.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { startOperation } from '../../promotions/support/operations.ts';
import type { SmallEnvironment, SmallPlatform } from '../../promotions/support/platform.ts';
import type { HistoryName } from '../points/point.ts';

/** The environments of the story: two that merge by themselves, one that wants an approval. */
export const storyEnvironments: readonly SmallEnvironment[] = [
  { name: 'dev' },
  { name: 'qa' },
  { name: 'prod', merge: 'approval' },
];

/** Who plays: the platform, and where its workers poll. */
export interface Stage {
  readonly platform: SmallPlatform;
  readonly client: Client;
  readonly taskQueue: string;
}

/** What each operation of the story came to. */
export type StoryEnds = readonly string[];

type Operation = WorkflowHandle<(input: object) => Promise<OperationResult>>;

const patienceMs = 300_000;
const askMs = 3_000;

/**
 * Plays the story: a commit goes through all three environments, the last one after an approval; a config change; and a
 * rollback to the recorded pair before it. `onStart` hears of each workflow. Workers may die and come at any moment.
 */
export async function playStory(
  { platform, client, taskQueue }: Stage,
  onStart: (history: HistoryName, workflowId: string) => void,
): Promise<StoryEnds> {
  const { url: source, firstCommit: commit } = platform;
  const id = platformId(source);
  const start = async (history: HistoryName, order: Start): Promise<Operation> => {
    onStart(history, order.id);
    return (await startOperation({ client, taskQueue }, order)).handle;
  };
  const promotion = await start('promotion', promotionStart(id, { source, commit }, true));
  await approve(client, promotion, 'prod');
  const ends = [await endOf(promotion)];
  const config = platform.setValue('dev', 'blue');
  ends.push(await endOf(await start('config change', configStart(id, { source, environment: 'dev', commit: config }))));
  const asked = { source, by: 'ann', reason: 'checkout fails', environment: 'dev', force: false } as const;
  ends.push(await endOf(await start('rollback', rollbackStart(id, { ...asked, config: 'recorded' }))));
  return ends;
}

async function endOf(operation: Operation): Promise<string> {
  const { state, environments } = await operation.result();
  return [state, ...environments.map((each) => `${each.environment} ${each.state}`)].join(', ');
}

async function approve(client: Client, promotion: Operation, environment: string): Promise<void> {
  const head = await untilAwaited(client, promotion, environment);
  await persistently(client, () =>
    promotion.executeUpdate<unknown, [object]>('approve', {
      updateId: 'the-approval',
      args: [{ by: 'ann', environment, head }],
    }),
  );
}

async function untilAwaited(client: Client, promotion: Operation, environment: string): Promise<string> {
  for (const end = Date.now() + patienceMs; Date.now() < end; await pause(150)) {
    const { environments } = await persistently(client, () => promotion.query<OperationStatus>(statusQuery));
    const seen = environments.find((each) => each.environment === environment);
    if (seen?.state === 'awaiting approval' && seen.request) return seen.request.head;
    const stuck = environments.find(({ state }) => state === 'needs attention');
    if (stuck) throw new Error(`${stuck.environment} needs attention: ${stuck.message}`);
  }
  throw new Error(`${environment} did not await an approval`);
}

/** Asks again while no worker is there to answer. */
async function persistently<T>(client: Client, ask: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + patienceMs; ; await pause(100)) {
    try {
      return await client.connection.withDeadline(Date.now() + askMs, ask);
    } catch (error) {
      const isAway =
        error instanceof ServiceError ||
        error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
        isGrpcServiceError(error);
      if (!isAway || Date.now() > end) throw error;
    }
  }
}
