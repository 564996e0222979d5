import { expect, it } from 'vitest';
import { restLines } from '../../../../src/cli/view/list-rest.ts';

it('A list that leaves nothing out says nothing of it', () => {
  expect(restLines({ operations: 0, heldLanes: 0, lanes: 0, limit: 0 })).toEqual([]);
});

it('A list that leaves something out says how much, and how to see it', () => {
  expect(restLines({ operations: 1, heldLanes: 0, lanes: 20, limit: 120 })).toEqual([
    '1 more operation not listed, 20 more lanes not looked at: --limit 120 leaves none out.',
  ]);
});
