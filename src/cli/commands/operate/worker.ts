import type { Command } from 'commander';
import { loadSettings } from '../../../settings/settings.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';

/** Adds `fairlead worker`. */
export function addWorker(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('worker')
    .summary('run a worker until it is stopped')
    .description(
      'Runs a worker: it renders, opens pull requests, merges them and watches the clusters. SIGINT or SIGTERM stops it when what it holds is finished. Logs are JSON lines on standard error.',
    )
    .addHelpText(
      'after',
      `
Settings come from the file that FAIRLEAD_SETTINGS names (see docs/worker-settings.md), the connection to Temporal
from TEMPORAL_ADDRESS and Temporal's other variables.

Example:
  $ GITHUB_TOKEN=… TEMPORAL_ADDRESS=localhost:7233 fairlead worker`,
    )
    .option('--json', 'print a failure to start as JSON, for programs')
    .action(async () => {
      const settings = await loadSettings(io.env);
      const { runWorker } = await import('../../../worker.ts');
      await runWorker(settings);
      done(exitCodes.ok);
    });
}
