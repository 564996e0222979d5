import { randomUUID } from 'node:crypto';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';
import { temporalDevServer } from '../../src/programs/temporal/dev-server.ts';
import { startDevServer } from './servers/dev-server.ts';
import { startPatiently } from './servers/patient-start.ts';
import { guarded } from './servers/temporal-guard.ts';
import { StartedExecutions } from './temporal-executions.ts';
import { runIn, type TemporalTest, type TemporalTestOptions } from './temporal-run.ts';
import { searchAttributeKeys } from './temporal-search-attributes.ts';

export type { TemporalTest, TemporalTestOptions, TestStart } from './temporal-run.ts';

/**
 * Runs `body` with a worker on the dev server that all tests of the run share: real time, so with intervals of
 * milliseconds. Afterwards every execution on the test's task queue is replayed; what still runs is terminated.
 *
 * Rejects with what `body` threw; at once when a workflow task fails; and when a history does not replay.
 */
export async function runOnDevServer<R>(
  options: TemporalTestOptions,
  body: (test: TemporalTest) => Promise<R>,
): Promise<R> {
  const executions = new StartedExecutions();
  const environment = await TestWorkflowEnvironment.createFromExistingServer({
    address: inject('temporal').address,
    client: { ...options.client, interceptors: { workflow: [executions.interceptor] } },
  });
  return runIn({ environment, executions }, options, body);
}

/**
 * Does the same on a dev server of the test's own, for what the server's settings decide. `settings`: values of its dynamic
 * configuration, as `history.maximumSignalsPerExecution=30`.
 */
export async function runOnOwnDevServer<R>(
  settings: readonly string[],
  options: TemporalTestOptions,
  body: (test: TemporalTest) => Promise<R>,
): Promise<R> {
  const { directory } = inject('temporal');
  const path = await guarded(await temporalDevServer(), { directory, name: `temporal-${randomUUID().slice(0, 8)}` });
  const executions = new StartedExecutions();
  const environment = await startDevServer({
    path,
    more: settings.flatMap((value) => ['--dynamic-config-value', value]),
    client: { ...options.client, interceptors: { workflow: [executions.interceptor] } },
  });
  return runIn({ environment, executions }, options, body);
}

/**
 * Does the same on a time-skipping server of the test's own, where a soak of hours takes a moment: time jumps while a
 * result is awaited or `sleep` is called. Only for waits that no cancellation crosses: see docs/testing.md.
 */
export async function runTimeSkipping<R>(
  options: TemporalTestOptions,
  body: (test: TemporalTest) => Promise<R>,
): Promise<R> {
  const { timeSkipping } = inject('temporal');
  if ('missing' in timeSkipping) throw new Error(timeSkipping.missing);
  const executions = new StartedExecutions();
  const environment = await startPatiently(() =>
    TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: timeSkipping.path } },
      client: { ...options.client, interceptors: { workflow: [executions.interceptor] } },
    }),
  );
  await registerSearchAttributes(environment);
  return runIn({ environment, executions }, options, body);
}

async function registerSearchAttributes({ connection }: TestWorkflowEnvironment): Promise<void> {
  const types = searchAttributeKeys.map(({ name, type }) => [name, encodeSearchAttributeIndexedValueType(type)]);
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(types),
  });
}
