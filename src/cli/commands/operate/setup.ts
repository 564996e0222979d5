import type { Command } from 'commander';
import { Failure } from '../../../failure.ts';
import type { Temporal } from '../../../temporal/client.ts';
import { searchAttributes } from '../../../temporal/search-attributes.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { withJson } from '../../options.ts';
import { printJson } from '../../report.ts';

/** IndexedValueType of Temporal's API. */
const indexedValueTypes = { KEYWORD: 2, KEYWORD_LIST: 7 } as const;

const wanted = Object.values(searchAttributes);

export function addSetup(program: Command, io: Io, done: (code: ExitCode) => void): void {
  withJson(program.command('setup'))
    .summary("register Fairlead's search attributes in Temporal, once")
    .description(
      `Registers ${wanted.map(({ name }) => name).join(', ')} in the Temporal namespace. May be repeated. Needed once for each namespace, before the first promotion.`,
    )
    .addHelpText('after', '\nExample:\n  $ TEMPORAL_ADDRESS=temporal.example.com:7233 fairlead setup')
    .action(async (options: { readonly json?: boolean }) => done(await setup(options, io)));
}

async function setup({ json }: { readonly json?: boolean }, io: Io): Promise<ExitCode> {
  const { withTemporal } = await import('../../../temporal/client.ts');
  return withTemporal(io.env, async (temporal) => {
    const added = await register(temporal);
    const { namespace } = temporal;
    if (json) printJson(io, { namespace, added, registered: wanted.map(({ name }) => name) });
    else if (added.length === 0)
      io.out(`All search attributes are registered already in the namespace "${namespace}".\n`);
    else io.out(`Registered in the namespace "${namespace}": ${added.join(', ')}.\n`);
    return exitCodes.ok;
  });
}

/** Answers the names that were missing. Throws `Failure` where one exists with another type. */
async function register(temporal: Temporal): Promise<readonly string[]> {
  const { bounded } = await import('../../../temporal/client.ts');
  const { operatorService } = temporal.connection;
  const { namespace } = temporal;
  const { customAttributes = {} } = await bounded(temporal, () => operatorService.listSearchAttributes({ namespace }));
  const missing = wanted.filter(({ name }) => !Object.hasOwn(customAttributes, name));
  for (const { name, type } of wanted) {
    if (missing.some((attribute) => attribute.name === name)) continue;
    if (customAttributes[name] === indexedValueTypes[type]) continue;
    throw new Failure(
      'Refused',
      `The search attribute ${name} exists in the namespace "${namespace}" with another type than ${type}. Remove it there, and run \`fairlead setup\` again.`,
    );
  }
  if (missing.length === 0) return [];
  const attributes = Object.fromEntries(missing.map(({ name, type }) => [name, indexedValueTypes[type]]));
  await bounded(temporal, () => operatorService.addSearchAttributes({ namespace, searchAttributes: attributes }));
  return missing.map(({ name }) => name);
}
