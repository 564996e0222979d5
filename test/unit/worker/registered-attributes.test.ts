import { expect, test } from 'vitest';
import { searchAttributes } from '../../../src/temporal/attributes/search-attributes.ts';
import { checkAttributes } from '../../../src/worker/registered-attributes.ts';

type Connection = Parameters<typeof checkAttributes>[0];

const names = Object.values(searchAttributes).map(({ name }) => name);

function answering(listSearchAttributes: () => Promise<unknown>): Connection {
  return { operatorService: { listSearchAttributes } } as unknown as Connection;
}

function knowing(...known: readonly string[]): Connection {
  return answering(async () => ({ customAttributes: Object.fromEntries(known.map((name) => [name, 2])) }));
}

function refusing(code: number): Connection {
  return answering(async () => {
    throw Object.assign(new Error(`${code}`), { code, details: 'not here', metadata: {} });
  });
}

test('A worker does not begin where a search attribute is missing that its workflows set', async () => {
  await expect(checkAttributes(knowing(...names), 'prod')).resolves.toBeUndefined();
  await expect(checkAttributes(knowing(...names.slice(0, -1)), 'prod')).rejects.toThrow(
    'The namespace "prod" lacks the search attributes FairleadTrouble. Run `fairlead setup` once',
  );
});

test('It begins where Temporal does not tell, as Temporal Cloud, and nowhere where it does not answer', async () => {
  for (const code of [7, 12]) await expect(checkAttributes(refusing(code), 'prod')).resolves.toBeUndefined();
  await expect(checkAttributes(refusing(14), 'prod')).rejects.toThrow('14');
});
