import { expect, test } from 'vitest';
// @ts-expect-error: CI's own scripts are plain JavaScript.
import { partsOf } from '../../../.ci/parts.mjs';
// @ts-expect-error: as above.
import { chooseRig, rigs } from '../../../.ci/rigs.mjs';

test('every rig has its turn, by the number of the commit', () => {
  const numbers = rigs.map((_: string, index: number) => index + 7 * rigs.length);
  expect(numbers.map(chooseRig)).toEqual(rigs);
});

test('a run of CI builds and runs one rig', () => {
  const names = partsOf({ reports: '/tmp', commitNumber: 0 }).map(({ name }: { name: string }) => name);
  expect(names).toContain('build the Flux rig');
  expect(names).toContain('real Flux');
  expect(names).toContain('demo on real Flux');
  expect(names).toContain('random scenes on real Flux');
});
