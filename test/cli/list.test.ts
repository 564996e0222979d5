import { type SearchAttributePair, TypedSearchAttributes } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { laneWorkflow } from '../../src/lane/messages.ts';
import { promotionWorkflow } from '../../src/operation/messages.ts';
import { temporalDevServer } from '../../src/programs/temporal/dev-server.ts';
import { searchAttributes } from '../../src/temporal/attributes/search-attributes.ts';
import { startDevServer } from '../support/servers/dev-server.ts';
import { workflowBundle } from '../support/temporal-bundle.ts';
import { whileWorkersRun } from '../support/temporal-worker.ts';
import { fairlead } from '../unit/cli/test-io.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { sha, World } from '../workflows/support/world.ts';
import { fixture } from './support/bundles.ts';

/** The task queue whose workers know no workflow of Fairlead's: every task fails there. */
const unfitQueue = 'of-unfit-workers';
/** Of so many, what is old is beyond what a list of the newest reaches. */
const scanned = 100;
const idle: readonly SearchAttributePair[] = [];
const inTrouble = [{ key: searchAttributes.trouble, value: 'qa: openPullRequest fails (Unavailable)' }];

/** The attributes of what stands like that in qa. */
function standing(state: string): readonly SearchAttributePair[] {
  return [
    { key: searchAttributes.environment, value: ['qa'] },
    { key: searchAttributes.state, value: [state] },
  ];
}

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  // A server of its own: the lists and the counts are of all that runs in a namespace.
  environment = await startDevServer({ path: await temporalDevServer() });
});
afterAll(() => environment.teardown());

/** Starts a workflow that stands as its attributes say; nobody carries it on, unless it is of the unfit workers. */
async function start(workflowId: string, attributes: readonly SearchAttributePair[], taskQueue = 'of-nobody') {
  const type = workflowId.startsWith('lane/') ? laneWorkflow : promotionWorkflow;
  const typedSearchAttributes = new TypedSearchAttributes([...attributes]);
  await environment.client.workflow.start(type, { workflowId, taskQueue, typedSearchAttributes });
}

async function startMany(idOf: (name: string) => string, name: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await start(idOf(`${name}-${index}`), idle);
}

function promotion(name: string): string {
  return `promote/forge.test/acme/platform/${sha(name)}`;
}

function lane(name: string): string {
  return `lane/forge.test/acme/gitops/${name}`;
}

function status(...args: readonly string[]) {
  const { address, namespace = 'default' } = environment;
  const env = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, FAIRLEAD_TASK_QUEUE: 'of-nobody' };
  return fairlead(['status', ...args], { env });
}

/** Answers the ids of the table, from the top. */
function listedIds(out: string): readonly string[] {
  return out.split('\n').flatMap((line) => /^\d{4}-\S+ \S+Z .* (promote\/\S+)$/.exec(line)?.[1] ?? []);
}

interface Listed {
  readonly operations: readonly { readonly id: string }[];
  readonly leftOut?: object;
}

const stuck = /: the worker cannot carry it on, \d+ times since /;

describe('The list of more than it has room for', () => {
  it('begins with what fails or waits, whatever its age, and ends with how much is left out', async () => {
    await start(promotion('stuck'), idle, unfitQueue);
    await startMany(lane, 'older', 6);
    await start(lane('stuck'), inTrouble, unfitQueue);
    await startMany(promotion, 'older', 6);
    await start(promotion('in trouble'), inTrouble);
    await start(promotion('waits'), standing('awaiting approval'));
    await startMany(promotion, 'newer', scanned);
    await startMany(lane, 'newer', scanned);
    for (const name of ['held', 'also-held']) await start(lane(name), standing('held'));
    await start(promotion('newest'), standing('rendering'));

    const worker = {
      connection: environment.nativeConnection,
      taskQueue: unfitQueue,
      workflowBundle: { codePath: await workflowBundle(inject('temporal').directory, fixture('workflows.ts')) },
      activities: new World([['dev']]),
    };
    await whileWorkersRun(worker, async () => {
      const short = async () => (await status('--limit', '1')).out;
      await eventually(short).toMatch(new RegExp(`^${promotion('stuck')}${stuck.source}`, 'm'));
      await eventually(short).toMatch(new RegExp(`^${lane('stuck')}${stuck.source}`, 'm'));
      const out = await short();
      expect(listedIds(out)).toEqual(['in trouble', 'stuck', 'waits', 'newest'].map(promotion));
      expect(out.trimEnd().split('\n').at(-1)).toBe(
        '106 more operations not listed, 1 more held lane not listed, 102 more lanes not looked at: --limit 110 leaves none out.',
      );
      const json: Listed = JSON.parse((await status('--limit', '1', '--json')).out);
      expect(json.leftOut).toEqual({ operations: 106, heldLanes: 1, lanes: 102, limit: 110 });
      expect(json.operations.map(({ id }) => id)).toContain(promotion('stuck'));
      expect(listedIds((await status('--all', '--limit', '1')).out)).toEqual(listedIds(out));

      const whole = await status('--limit', '110');
      expect(listedIds(whole.out)).toHaveLength(110);
      expect(whole.out).not.toContain('--limit');
      expect(JSON.parse((await status('--limit', '110', '--json')).out)).not.toHaveProperty('leftOut');
      expect(await status('--limit', '0')).toMatchObject({ code: 2 });
    });
  });
});
