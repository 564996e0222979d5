import { type Command, InvalidArgumentError } from 'commander';
import { Failure } from '../../../failure.ts';
import { formatDuration, parseDuration } from '../../../platform/duration.ts';
import { attributeNames } from '../../../temporal/attributes/attribute-names.ts';
import type { Temporal } from '../../../temporal/client.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addJsonOption, addSourceOption, sourceFrom } from '../../options.ts';
import { printJson } from '../../report.ts';
import type { CatchUpChange } from '../../temporal/catch-up.ts';

const ownAttributes = Object.values(attributeNames);

interface SetupOptions {
  readonly catchUp?: CatchUpInterval;
  readonly source?: string;
  readonly json?: boolean;
}

/** How often main is looked at, in milliseconds. */
type CatchUpInterval = number | 'off';

/** Every look asks the source's forge for its refs. */
const shortestCatchUpMs = 60_000;

/** Adds `fairlead setup`. */
export function addSetup(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = addJsonOption(program.command('setup'))
    .summary("register Fairlead's search attributes in Temporal, once")
    .description(
      `Registers ${ownAttributes.join(', ')} in the Temporal namespace. May be repeated. Needed once for each namespace, before the first promotion. With --catch-up, Temporal also looks at main of a source, and starts the promotion of its head where CI's call was lost: of any commit that stands there for two looks, whatever CI says of it.`,
    )
    .option(
      '--catch-up <interval>',
      'look at main this often, such as 5m, longer than CI takes for a commit; off: no more',
      catchUpArgument,
    );
  addSourceOption(command)
    .addHelpText(
      'after',
      `
Examples:
  $ TEMPORAL_ADDRESS=temporal.example.com:7233 fairlead setup
  $ fairlead setup --catch-up 15m --source https://github.com/acme/platform`,
    )
    .action(async (options: SetupOptions) => done(await setUpNamespace(options, io)));
}

function catchUpArgument(text: string): CatchUpInterval {
  if (text === 'off') return text;
  const interval = parseDuration(text);
  if (interval !== undefined && interval >= shortestCatchUpMs && interval % 1_000 === 0) return interval;
  throw new InvalidArgumentError('Write `off`, or an interval of whole seconds and at least one minute, such as 5m.');
}

async function setUpNamespace(options: SetupOptions, io: Io): Promise<ExitCode> {
  const { catchUp, json } = options;
  const source = catchUp === undefined ? undefined : sourceFrom(options, io);
  const { withTemporal, checkServer } = await import('../../../temporal/client.ts');
  const { registerAttributes } = await import('../../temporal/register-attributes.ts');
  return withTemporal(io.env, async (temporal) => {
    await checkServer(temporal);
    const added = await registerAttributes(temporal).catch((error: unknown) => {
      // Who may not register attributes may still make a schedule, and somebody else has registered them.
      if (source === undefined || !(error instanceof Failure && error.type === 'Refused')) throw error;
      io.err(`${error.message}\n`);
      return [];
    });
    const { namespace } = temporal;
    if (!json && added.length > 0) io.out(`Registered in the namespace "${namespace}": ${added.join(', ')}.\n`);
    if (!json && added.length === 0 && source === undefined)
      io.out(`All search attributes are registered already in the namespace "${namespace}".\n`);
    const changed =
      source === undefined || catchUp === undefined ? undefined : await setCatchUp(temporal, { source, catchUp }, io);
    if (changed && !json) io.out(`${catchUpWords(changed, catchUp)}\n`);
    if (json) printJson(io, { namespace, added, registered: ownAttributes, catchUp: changed });
    return exitCodes.ok;
  });
}

async function setCatchUp(
  temporal: Temporal,
  { source, catchUp }: { readonly source: string; readonly catchUp: CatchUpInterval },
  io: Io,
): Promise<CatchUpChange> {
  const { scheduleCatchUp, unscheduleCatchUp } = await import('../../temporal/catch-up.ts');
  if (catchUp === 'off') return unscheduleCatchUp(temporal, source);
  const { loadSettings } = await import('../../../settings/settings.ts');
  const { taskQueue } = await loadSettings(io.env);
  return scheduleCatchUp(temporal, { source, taskQueue, everyMs: catchUp });
}

function catchUpWords({ schedule, change, paused }: CatchUpChange, interval: CatchUpInterval | undefined): string {
  if (change === 'absent') return `There is no schedule ${schedule}: main is not looked at.`;
  if (change === 'removed') return `Removed the schedule ${schedule}: main is not looked at any more.`;
  const every = typeof interval === 'number' ? formatDuration(interval) : '';
  const pause = paused ? ' Somebody has paused it: resume it in the Temporal UI, under Schedules.' : '';
  return `${change === 'made' ? 'Made' : 'Changed'} the schedule ${schedule}: main is looked at every ${every}.${pause}`;
}
