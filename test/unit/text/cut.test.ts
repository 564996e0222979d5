import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut } from '../../../src/cut.ts';
import { shownValue } from '../../../src/platform/problems.ts';

test('a text that is short enough stays as it is', () => {
  expect(cut('all is well', 11)).toBe('all is well');
});

test('a longer one ends after a whole word', () => {
  expect(cut('the cluster prod-eu-1 is unwell', 24)).toBe('the cluster prod-eu-1…');
});

test('a single long word keeps its beginning and its end', () => {
  const path = `clusters/${'x'.repeat(100)}/kustomization.yaml`;
  expect(cut(path, 40)).toMatch(/^clusters\/x+…x*\/kustomization\.yaml$/);
});

test('a name that is shown as a value is whole, however long names may be', () => {
  const name = 'g/'.repeat(120);
  expect(shownValue(name)).toBe(JSON.stringify(name));
});

test('never longer than asked, and never half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.integer({ min: 8, max: 60 }), (text, longest) => {
      const shortSha = cut(text, longest);
      expect(shortSha.length).toBeLessThanOrEqual(longest);
      expect(Buffer.from(shortSha).toString()).toBe(shortSha);
    }),
  );
});
