import { expect, test } from 'vitest';
import { defaultPoolSize } from '../../../src/render/renderer/size.ts';

const gibibyte = 1024 ** 3;

test.each([
  ['one for each core', 2, 16, 1, 2],
  ['8 at most', 64, 512, 1, 8],
  ['what the memory of a container holds beside Node', 8, 4, 1, 3],
  ['more where each is smaller', 8, 4, 0.5, 6],
  ['one where there is hardly any memory', 8, 1.5, 1, 1],
])('the number of processes is %s', (...[, cores, memory, limit, processes]) => {
  expect(defaultPoolSize(limit * gibibyte, { cores, memoryBytes: memory * gibibyte })).toBe(processes);
});
