import { expect, it } from 'vitest';
import { platformShare } from '../../../src/temporal/fairness.ts';

it.each([
  ['github.com/acme/platform', 'github.com/acme/platform'],
  [`git.example.com/${'group/'.repeat(20)}platform`, `${'group/'.repeat(20)}platform`.slice(-64)],
  [`git.example.com/${'é'.repeat(40)}`, 'é'.repeat(32)],
])('The share of %s has a key that Temporal takes', (platform, fairnessKey) => {
  expect(platformShare(platform)).toEqual({ fairnessKey });
  expect(Buffer.byteLength(fairnessKey)).toBeLessThanOrEqual(64);
});
