import { expect, test } from 'vitest';
import { CurrentDetails } from '../../../src/workflows/temporal/current-details.ts';

test('The details are written once for all that changes at the same moment, as it is in the end', async () => {
  const environments = Array.from({ length: 300 }, () => 'rendering');
  const shown: string[] = [];
  let writes = 0;
  const write = () => {
    writes += 1;
    return [...new Set(environments)].join();
  };
  const details = new CurrentDetails(write, (text) => void shown.push(text));
  const run = async (index: number) => {
    await Promise.resolve();
    environments[index] = 'soaking';
    details.change();
  };
  await Promise.all(environments.map((_, index) => run(index)));
  expect([writes, shown]).toEqual([1, ['soaking']]);

  environments[0] = 'promoted';
  details.change();
  details.change();
  await Promise.resolve();
  expect([writes, shown.at(-1)]).toEqual([2, 'promoted,soaking']);
});
