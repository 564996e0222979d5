import type { WorkerOptions } from '@temporalio/worker';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { runOnDevServer, type TemporalTest } from '../../support/temporal.ts';
import { fairlead, type Ran } from '../../unit/cli/test-io.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { sha, type World } from '../../workflows/support/world.ts';

/** Runs the command line against the test's worker, for one promotion of a commit that is the test's own. */
export interface CommandLine {
  readonly commit: string;
  readonly id: string;
  /** The platform of a source that is the test's own. */
  readonly platform: string;
  run(...args: readonly string[]): Promise<Ran>;
  /** Runs a command on a task queue that no worker polls. */
  runAlone(...args: readonly string[]): Promise<Ran>;
  promote(...args: readonly string[]): Promise<Ran>;
  /** Runs `status` until its JSON has the environment in that state; of the promotion, if no other id is given. */
  reaches(environment: string, state: string, id?: string): Promise<void>;
  /** Runs a command with other environment variables; one that is undefined is taken away. */
  runWith(other: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ran>;
  readonly test: TemporalTest;
}

/** How worker and commands differ from those without settings. */
export interface LineSetup {
  readonly worker?: Partial<WorkerOptions>;
  /** Environment variables of the commands. */
  readonly env?: NodeJS.ProcessEnv;
}

export function withCommandLine(
  world: World,
  body: (line: CommandLine) => Promise<void>,
  { worker = {}, env: more = {} }: LineSetup = {},
): Promise<void> {
  return runOnDevServer({ activities: world, worker }, (test) => {
    const commit = sha(test.taskQueue);
    const source = `https://forge.test/${test.taskQueue}/platform`;
    const platform = platformId(source);
    const env = {
      TEMPORAL_ADDRESS: test.address,
      TEMPORAL_NAMESPACE: test.namespace,
      FAIRLEAD_TASK_QUEUE: test.taskQueue,
      FAIRLEAD_SOURCE: source,
      ...more,
    };
    const run = (...args: readonly string[]) => fairlead(args, { env });
    const runWith = (other: NodeJS.ProcessEnv, ...args: readonly string[]) =>
      fairlead(args, { env: { ...env, ...other } });
    const alone = { ...env, FAIRLEAD_TASK_QUEUE: `nobody-${test.taskQueue}` };
    const runAlone = (...args: readonly string[]) => fairlead(args, { env: alone });
    const promote = (...args: readonly string[]) => run('promote', '--commit', commit, ...args);
    const reaches = (environment: string, state: string, id = commit) =>
      eventually(async () => stateOf(await run('status', id, '--json'), environment)).toBe(state);
    const id = `promote/${platform}/${commit}`;
    return body({ commit, id, platform, run, runAlone, runWith, promote, reaches, test });
  });
}

function stateOf({ out }: Ran, name: string): string | undefined {
  const { environments } = JSON.parse(out) as { environments?: { environment: string; state: string }[] };
  return environments?.find(({ environment }) => environment === name)?.state;
}
