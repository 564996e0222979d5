import { describe, expect, it } from 'vitest';
import type { LaneRef } from '../../../src/lane/types.ts';
import { admissionWords, refWords } from '../../../src/workflows/lane/client/admission-words.ts';

const hold = { by: 'olga', reason: 'black friday', since: '2026-11-27T00:00:00.000Z', config: false };
const rollback: LaneRef = {
  operation: 'rollback',
  main: 'a'.repeat(40),
  workflowId: 'rollback/forge.test/acme/platform/qa',
  firstRunId: '00000000-0000-4000-8000-000000000000',
  by: 'olga',
  reason: 'it leaks',
};

describe('Why an environment lets nobody in', () => {
  it('names whoever holds it as a claim, so that a status says it still when the hold is over', () => {
    expect(admissionWords('qa', { kind: 'held', hold })).toBe('held by olga (as given): black friday');
    const joined = { ...hold, by: 'olga; freeze' };
    expect(admissionWords('qa', { kind: 'held', hold: joined })).toBe('held by olga (as given); freeze: black friday');
  });

  it('names whoever asked for a rollback as a claim, but not Fairlead itself', () => {
    expect(refWords(rollback)).toMatch(/ asked by olga \(as given\): it leaks$/);
    expect(refWords({ ...rollback, by: 'Fairlead' })).toMatch(/ asked by Fairlead: it leaks$/);
    expect(refWords({ ...rollback, by: undefined, reason: undefined })).toMatch(/ asked by a person$/);
  });
});
