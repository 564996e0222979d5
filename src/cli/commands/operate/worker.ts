import type { Command } from 'commander';
import { Failure } from '../../../failure.ts';
import type { Settings } from '../../../settings/settings.ts';
import type { TroubleLog } from '../../doctor/tell-troubles.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addSourceOption, sourceUrl } from '../../options.ts';
import { loadWorkerParts } from '../../worker/load.ts';

interface WorkerOptions {
  readonly dev?: boolean;
  readonly sandbox?: readonly string[] | true;
  readonly state?: string;
  readonly json?: boolean;
  readonly doctor?: boolean;
  readonly source?: string;
}

/** Temporal knows by then that this worker polls. */
const doctorAfterMs = 15_000;

/** Adds `fairlead worker`. */
export function addWorker(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = program
    .command('worker')
    .summary('run a worker until it is stopped')
    .description(
      'Runs a worker: it renders, opens pull requests, merges them and watches the clusters. SIGINT or SIGTERM stops it when what it holds is finished. Logs are JSON lines on standard error.',
    )
    .option(
      '--doctor',
      'look once, as `fairlead doctor` does, and log what is wrong; with the platform, if its source is named',
    );
  addSourceOption(command)
    .addHelpText(
      'after',
      `
Settings come from the file that FAIRLEAD_SETTINGS names (see docs/worker-settings.md), the connection to Temporal
from TEMPORAL_ADDRESS and Temporal's other variables.

Examples:
  $ GITHUB_TOKEN=… TEMPORAL_ADDRESS=localhost:7233 fairlead worker
  $ fairlead worker --dev --sandbox ~/acme    a first try: no account, no cluster, no Temporal of your own`,
    )
    .option('--json', 'print a failure to start as JSON, for programs; with --dev, what runs, too')
    .option(
      '--dev',
      "run Temporal's dev server as well, for a first try on this machine; everything is kept for the next time",
    )
    .option(
      '--sandbox [dir...]',
      'with --dev: a forge and clusters that stand in for real ones, for the repositories in these directories (default: those of last time, else the current directory)',
    )
    .option('--state <dir>', 'with --dev: where everything is kept (default: ~/.local/state/fairlead/dev)')
    .action(async (options: WorkerOptions) => {
      const { dev, sandbox, state, json } = options;
      if (dev) {
        const { runDev } = await import('../../dev/dev.ts');
        await runDev({ sandbox, state, json }, io);
        return done(exitCodes.ok);
      }
      if (sandbox !== undefined || state !== undefined) {
        throw new Failure('InvalidInput', '--sandbox and --state belong to --dev: write `fairlead worker --dev …`.');
      }
      const { loadSettings } = await import('../../../settings/settings.ts');
      const settings = await loadSettings(io.env);
      const whilePolling = options.doctor ? lookLater(settings, options, io) : undefined;
      const { runWorker } = await loadWorkerParts();
      await runWorker(settings, { whilePolling });
      done(exitCodes.ok);
    });
}

/** Answers what looks once, a moment after the worker polls. A source that is no URL is refused before it starts. */
function lookLater(settings: Settings, { source }: WorkerOptions, io: Io): (log: TroubleLog) => void {
  const named = source ?? io.env.FAIRLEAD_SOURCE;
  const url = named ? sourceUrl(named, io) : undefined;
  return (log) => {
    const look = async () => {
      const { tellTroubles } = await import('../../doctor/tell-troubles.ts');
      await tellTroubles(settings, { url, environment: undefined }, { io, log });
    };
    setTimeout(() => void look(), doctorAfterMs).unref();
  };
}
