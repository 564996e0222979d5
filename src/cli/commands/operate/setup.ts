import { type Command, InvalidArgumentError } from 'commander';
import { Failure } from '../../../failure.ts';
import { formatDuration, parseDuration } from '../../../platform/duration.ts';
import { loadSettings } from '../../../settings/settings.ts';
import type { Temporal } from '../../../temporal/client.ts';
import {
  attributeOfOtherType,
  attributesThere,
  indexedValueTypes,
  ownAttributes,
} from '../../../temporal/registered-attributes.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addJsonOption, addSourceOption, sourceFrom } from '../../options.ts';
import { printJson } from '../../report.ts';
import type { CatchUpChange } from '../../temporal/catch-up.ts';

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
      `Registers ${ownAttributes.map(({ name }) => name).join(', ')} in the Temporal namespace. May be repeated. Needed once for each namespace, before the first promotion. With --catch-up, Temporal also looks at main of a source, and starts the promotion of its head where CI's call was lost: of any commit that stands there for two looks, whatever CI says of it.`,
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
    if (json) printJson(io, { namespace, added, registered: ownAttributes.map(({ name }) => name), catchUp: changed });
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

/**
 * Registers the attributes that are missing, and answers their names. Throws `Failure` where one has another type, or where
 * this must be done by other means, as in Temporal Cloud: then with the commands.
 */
export async function registerAttributes(temporal: Temporal): Promise<readonly string[]> {
  const { bounded, isRefusedCall } = await import('../../../temporal/client.ts');
  const { operatorService } = temporal.connection;
  const { namespace } = temporal;
  const call = async <T>(what: () => Promise<T>): Promise<T> => {
    try {
      return await bounded(temporal, what);
    } catch (error) {
      throw isRefusedCall(error) ? byOtherMeans(namespace, error) : error;
    }
  };
  const { customAttributes = {} } = await call(() => operatorService.listSearchAttributes({ namespace }));
  const {
    missing,
    otherType: [other],
  } = attributesThere(customAttributes);
  if (other !== undefined) throw attributeOfOtherType(namespace, other);
  if (missing.length === 0) return [];
  const attributes = Object.fromEntries(missing.map(({ name, type }) => [name, indexedValueTypes[type]]));
  await call(() => operatorService.addSearchAttributes({ namespace, searchAttributes: attributes }));
  return missing.map(({ name }) => name);
}

/** The names of the types, as Temporal's command lines write them. */
const typeNames = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' } as const;

/** Makes the failure of a Temporal that does not let us register attributes: somebody else must, with these commands. */
function byOtherMeans(namespace: string, cause: unknown): Failure {
  const ofCloud = ownAttributes.map(({ name, type }) => `--search-attribute "${name}=${typeNames[type]}"`);
  const ofServer = ownAttributes.flatMap(({ name, type }) => ['--name', name, '--type', typeNames[type]]);
  return new Failure(
    'Refused',
    `Temporal does not let you register search attributes in the namespace "${namespace}". Somebody who may must do it, once.\n` +
      `In Temporal Cloud: tcld namespace search-attributes add --namespace ${namespace} ${ofCloud.join(' ')}\n` +
      `On a server of your own: temporal operator search-attribute create --namespace ${namespace} ${ofServer.join(' ')}`,
    { cause },
  );
}
