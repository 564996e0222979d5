import type { Command } from 'commander';
import { Failure } from '../../../failure.ts';
import type { Temporal } from '../../../temporal/client.ts';
import { searchAttributes } from '../../../temporal/search-attributes.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addJsonOption } from '../../options.ts';
import { printJson } from '../../report.ts';

/** The values of IndexedValueType in Temporal's API. */
const indexedValueTypes = { KEYWORD: 2, KEYWORD_LIST: 7 } as const;

const ownAttributes = Object.values(searchAttributes);

/** Adds `fairlead setup`. */
export function addSetup(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addJsonOption(program.command('setup'))
    .summary("register Fairlead's search attributes in Temporal, once")
    .description(
      `Registers ${ownAttributes.map(({ name }) => name).join(', ')} in the Temporal namespace. May be repeated. Needed once for each namespace, before the first promotion.`,
    )
    .addHelpText('after', '\nExample:\n  $ TEMPORAL_ADDRESS=temporal.example.com:7233 fairlead setup')
    .action(async (options: { readonly json?: boolean }) => done(await setUpNamespace(options, io)));
}

async function setUpNamespace({ json }: { readonly json?: boolean }, io: Io): Promise<ExitCode> {
  const { withTemporal, checkServer } = await import('../../../temporal/client.ts');
  return withTemporal(io.env, async (temporal) => {
    await checkServer(temporal);
    const added = await registerAttributes(temporal);
    const { namespace } = temporal;
    if (json) printJson(io, { namespace, added, registered: ownAttributes.map(({ name }) => name) });
    else if (added.length === 0)
      io.out(`All search attributes are registered already in the namespace "${namespace}".\n`);
    else io.out(`Registered in the namespace "${namespace}": ${added.join(', ')}.\n`);
    return exitCodes.ok;
  });
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
  const missing = ownAttributes.filter(({ name }) => !Object.hasOwn(customAttributes, name));
  for (const { name, type } of ownAttributes) {
    if (missing.some((attribute) => attribute.name === name)) continue;
    if (customAttributes[name] === indexedValueTypes[type]) continue;
    throw new Failure(
      'Refused',
      `The search attribute ${name} exists in the namespace "${namespace}" with another type than ${type}. Remove it there, and run \`fairlead setup\` again.`,
    );
  }
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
