import { expect, it } from 'vitest';
import { registerAttributes } from '../../../src/cli/temporal/register-attributes.ts';
import type { Temporal } from '../../../src/temporal/client.ts';
import { fairlead } from './test-io.ts';

/** A Temporal that answers every call of its operator with this code of gRPC. */
function refusing(code: number): Temporal {
  const refuse = async () => {
    throw Object.assign(new Error(`${code}`), { code, details: 'not here', metadata: {} });
  };
  const operatorService = { listSearchAttributes: refuse, addSearchAttributes: refuse };
  const withDeadline = (_: unknown, call: () => Promise<unknown>) => call();
  return {
    connection: { operatorService, withDeadline },
    namespace: 'prod.a1b2c',
    address: 'x',
  } as unknown as Temporal;
}

it.each([
  ['denies it', 7],
  ['does not have the call, as Temporal Cloud', 12],
])('Where Temporal %s, setup prints the commands that register the attributes', async (_, code) => {
  const failure = registerAttributes(refusing(code));
  await expect(failure).rejects.toMatchObject({ type: 'Refused' });
  await expect(failure).rejects.toThrow(
    'tcld namespace search-attributes add --namespace prod.a1b2c --search-attribute "FairleadPlatform=Keyword"',
  );
  await expect(failure).rejects.toThrow(
    'temporal operator search-attribute create --namespace prod.a1b2c --name FairleadPlatform',
  );
});

it('Whatever else Temporal answers is no matter of commands', async () => {
  await expect(registerAttributes(refusing(14))).rejects.toThrow('14');
});

it.each([
  [['--catch-up', 'often'], 'Write `off`, or an interval of whole seconds and at least one minute, such as 5m.'],
  [['--catch-up', '30s'], 'at least one minute'],
  [['--catch-up', '61500ms'], 'whole seconds'],
  [['--catch-up', '5m'], 'Name its source repository with --source'],
  [['--catch-up', '5m', '--source', 'https://ann:s3cret@forge.test/acme/platform'], 'The repository URL'],
])('setup %j is refused before anything is asked', async (args, words) => {
  const { code, err } = await fairlead(['setup', ...args]);
  expect(code).toBe(2);
  expect(err).toContain(words);
  expect(err).not.toContain('s3cret');
});
