import fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchKey, branchOfKey } from '../../../src/platform/branch-key.ts';

test.each([
  ['prod', 'prod'],
  ['us/east', 'us%2Feast'],
  ['us%2Feast', 'us%252Feast'],
])('the branch %s has the key %s', (branch, key) => {
  expect(branchKey(branch)).toBe(key);
});

test('a key is one segment, and names its branch alone', () => {
  const branch = fc.string({ unit: fc.constantFrom('u', 's', '/', '%', '2', '5', 'F', '-') });
  fc.assert(
    fc.property(branch, (text) => {
      expect(branchKey(text)).not.toContain('/');
      expect(branchOfKey(branchKey(text))).toBe(text);
    }),
  );
});
