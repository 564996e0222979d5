import { expect, it } from 'vitest';
import { registerAttributes } from '../../../src/cli/commands/operate/setup.ts';
import type { Temporal } from '../../../src/temporal/client.ts';

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
