import { join } from 'node:path';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { Activities } from '../../../src/activities/contract.ts';
import { createActivities } from '../../../src/activities/create-activities.ts';
import {
  type Action,
  type DecisionAnswer,
  promotionId,
  promotionWorkflow,
  statusQuery,
} from '../../../src/promotion/messages.ts';
import {
  type EnvironmentState,
  type EnvironmentStatus,
  hasEnded,
  type PromotionStatus,
} from '../../../src/promotion/status.ts';
import { loadSettings } from '../../../src/settings/settings.ts';
import { createParts } from '../../../src/worker/parts.ts';
import type { PromoteMainCommit } from '../../../src/workflows/index.ts';
import { runOnDevServer, type TemporalTest } from '../../support/temporal.ts';
import { type SmallEnvironment, type SmallPlatform, startPlatform } from './platform.ts';

export type Running = ReturnType<typeof talkTo>;

export interface PlatformTest {
  readonly platform: SmallPlatform;
  readonly test: TemporalTest;
  /** Starts the promotion of a commit; the first one of main if none is given. */
  promote(commit?: string): Promise<Running>;
}

/**
 * Starts a small platform and a worker that is made of the parts of production, and takes all away afterwards.
 * `makeActivities` gets one set for each of `caches`; by default the one that there is.
 */
export async function onPlatform(
  environments: readonly SmallEnvironment[],
  body: (test: PlatformTest) => Promise<void>,
  makeActivities: (...workers: readonly Activities[]) => object = (only) => only ?? {},
  caches: readonly string[] = ['cache'],
): Promise<void> {
  const platform = await startPlatform(environments);
  const workers: Awaited<ReturnType<typeof createParts>>[] = [];
  try {
    const settings = await loadSettings({ ...process.env, ...platform.env });
    for (const cache of caches)
      workers.push(
        await createParts({ ...settings, cacheDirectory: join(platform.directory, cache) }, () => undefined),
      );
    await runOnDevServer({ activities: makeActivities(...workers.map(createActivities)) }, (test) =>
      body({ platform, test, promote: (commit = platform.firstCommit) => promote(test, platform.url, commit) }),
    );
  } finally {
    for (const parts of workers) await parts.close();
    await platform.close();
  }
}

/** Starts a promotion as the command line does. */
export async function promote(test: TemporalTest, source: string, commit: string): Promise<Running> {
  const handle = await test.start<typeof PromoteMainCommit>(promotionWorkflow, {
    workflowId: promotionId(new URL(source).pathname.slice(1), commit),
    args: [{ source, commit }],
  });
  return talkTo(handle);
}

function talkTo(handle: Awaited<ReturnType<typeof start>>) {
  const status = () => handle.query<PromotionStatus>(statusQuery);
  return {
    handle,
    status,
    result: () => handle.result(),
    /** Looks until the environment is in that state; fails at once where it can only get there by a person's word. */
    async reaches(name: string, state: EnvironmentState): Promise<EnvironmentStatus> {
      return until(status, name, `get ${state}`, (seen) => seen.state === state);
    },
    /** Looks until a step that waits for the world says so. */
    async awaits(words: string): Promise<void> {
      for (const end = Date.now() + patienceMs; ; await pause()) {
        const { pendingActivities } = (await handle.describe()).raw;
        const said = (pendingActivities ?? []).map(({ lastFailure }) => lastFailure?.message ?? '');
        if (said.some((message) => message.includes(words))) return;
        if (Date.now() > end) throw new Error(`nobody awaits "${words}", but: ${said.join('; ')}`);
      }
    },
    /** Looks until its request has another head than `before`. */
    async rendersAgain(name: string, before: string | undefined): Promise<EnvironmentStatus> {
      return until(status, name, 'render again', ({ state, request }) => {
        return state !== 'rendering' && request?.head !== before;
      });
    },
    /** Sends the update; answers its message, or the reason of the refusal. */
    decide: (action: Action, decision: object): Promise<string> =>
      handle.executeUpdate<DecisionAnswer, [object]>(action, { args: [{ by: 'ann', ...decision }] }).then(
        ({ message }) => message,
        (error: unknown) => {
          if (error instanceof WorkflowUpdateFailedError) return error.cause?.message ?? error.message;
          throw error;
        },
      ),
  };
}

/** For the type of its answer. */
function start(test: TemporalTest) {
  return test.start<typeof PromoteMainCommit>(promotionWorkflow, { args: [{ source: '', commit: '' }] });
}

const patienceMs = 50_000;

async function until(
  status: () => Promise<PromotionStatus>,
  name: string,
  what: string,
  reached: (seen: EnvironmentStatus) => boolean,
): Promise<EnvironmentStatus> {
  for (const end = Date.now() + patienceMs; ; await pause()) {
    const { environments } = await status();
    const seen = environments.find(({ environment }) => environment === name);
    if (seen && reached(seen)) return seen;
    const stuck = seen && (seen.state === 'needs attention' || hasEnded(seen.state));
    if (stuck || Date.now() > end) throw new Error(`${name} did not ${what}: ${JSON.stringify(environments, null, 1)}`);
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 40));
}
