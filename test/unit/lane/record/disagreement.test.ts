import { expect, it } from 'vitest';
import { disagreementWords } from '../../../../src/lane/record/disagreement.ts';

const now = '2026-01-05T00:00:00.000Z';
const place = { environment: 'qa', now };
const hold = { by: 'ann', reason: 'weekend', since: '2026-01-01T00:00:00.000Z', config: false };
const past = { ...hold, until: '2026-01-04T00:00:00.000Z' };

it.each([
  ['both hold', hold, { hold: { ...hold, by: 'bob' } }],
  ['neither does', undefined, {}],
  ['both have ended', past, { hold: past }],
  ['the record was not read', hold, undefined],
])('A lane and its record agree where %s', (_, own, recorded) => {
  expect(disagreementWords({ hold: own }, recorded, place)).toBeUndefined();
});

it.each([[{}], [{ hold: past }]])('A hold that the record does not show stays, and how it ends is said', (recorded) => {
  expect(disagreementWords({ hold }, recorded, place)).toMatch(
    /record of qa does not show.*stays held until fairlead resume qa\.$/,
  );
});

it('A hold that the record alone shows is named, with the way to make both agree', () => {
  expect(disagreementWords({}, { hold }, place)).toMatch(
    /holds it, by ann \(as given\): weekend, and the lane does not: nothing is merged.*fairlead hold qa, then fairlead resume qa/,
  );
});
