import { expect, test } from 'vitest';
import { blockedBy } from '../../../src/workflows/lane/client/blocked.ts';

const hold = { by: 'olga', reason: 'black friday', since: '2026-11-27T00:00:00.000Z', config: false };
const removals = { removed: 1, before: 9, objects: ['Namespace blue'], guarded: 1, groups: [], emptied: 0 };
const promotion = { operation: 'promotion', merge: 'approval' } as const;
const granted = { admission: { kind: 'granted' } } as never;

test('A request with its turn, without a hold and without removals has nothing in its way', () => {
  expect(blockedBy({ name: 'qa', status: {}, lane: granted }, promotion)).toBeUndefined();
});

test('A hold is in the way of a request, with who and why, but of no rollback', () => {
  const run = { name: 'qa', status: { hold }, lane: granted };
  expect(blockedBy(run, promotion)).toBe('qa is held by olga (as given): black friday');
  expect(blockedBy(run, { ...promotion, operation: 'rollback' })).toBeUndefined();
});

test('A turn that went to another one is in the way', () => {
  const lane = { admission: { kind: 'unobservable', reason: 'git does not answer' } } as never;
  expect(blockedBy({ name: 'qa', status: {}, lane }, promotion)).toMatch(/^not its turn: /);
});

test('Removals are in the way until an approval names them; under manual the merge itself approves them', () => {
  const run = { name: 'qa', status: {}, lane: granted };
  expect(blockedBy(run, { ...promotion, removals })).toMatch(/^an approval must name what it removes: Namespace blue/);
  expect(blockedBy(run, { ...promotion, removals, isApproved: true })).toBeUndefined();
  expect(blockedBy(run, { ...promotion, removals, merge: 'manual' })).toBeUndefined();
});
