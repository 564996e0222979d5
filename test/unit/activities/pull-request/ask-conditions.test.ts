import { beforeEach, describe, expect, it } from 'vitest';
import { lackingWords, watchedWords } from '../../../../src/activities/pull-request/waiting/ask-conditions.ts';
import { Failure } from '../../../../src/failure.ts';
import type { Forge, MergeConditions } from '../../../../src/forge/port.ts';

const nothing: MergeConditions = {
  rules: { checks: ['e2e'], approvals: 0, bindsApprovals: false, codeOwners: false, queue: false, others: [] },
  checks: [],
  approvedBy: [],
  changesRequestedBy: [],
  reviewAwaitedFrom: [],
};
const minute = 60_000;

let asked: number;
let conditions: () => Promise<MergeConditions | undefined>;
let remembered: unknown;
const forge = {
  mergeConditions: () => {
    asked += 1;
    return conditions();
  },
} as unknown as Forge;

/** An attempt that many milliseconds after the first one, with the memory of the one before. */
const attempt = (at: number) => ({
  now: () => at,
  remembered,
  remember: (details: unknown) => {
    remembered = details;
  },
});

beforeEach(() => {
  asked = 0;
  remembered = undefined;
  conditions = async () => ({ ...nothing, checks: [{ name: 'e2e', state: 'running' }] });
});

describe('A request that the forge refuses to merge', () => {
  const look = (at: number, words = 'Required status check "e2e" is expected') =>
    lackingWords(forge, 1, { words, attempt: attempt(at) });
  const said = '0 of 1 required check is green, `e2e` is running (the forge: Required status check "e2e" is expected)';

  it('says what it lacks, beside the words of the forge', async () => {
    expect(await look(0)).toBe(said);
  });

  it('costs no question as long as nothing can be new', async () => {
    for (let at = 0; at < minute; at += 5_000) expect(await look(at)).toBe(said);
    expect(asked).toBe(1);
    await look(minute);
    expect(asked).toBe(2);
  });

  it('is asked about as often as is wanted', async () => {
    const often = (at: number) => lackingWords(forge, 1, { words: 'no', attempt: { ...attempt(at), askMs: 1_000 } });
    for (const at of [0, 500, 1_000, 1_500, 2_000]) await often(at);
    expect(asked).toBe(3);
  });

  it('is asked about at once when the forge says something else', async () => {
    await look(0);
    await look(5_000, 'At least 1 approving review is required');
    expect(asked).toBe(2);
  });

  it('is asked about ever more seldom', async () => {
    for (let at = 0; at < 60 * minute; at += 5_000) await look(at);
    expect(asked).toBeLessThan(20);
    const before = asked;
    for (let at = 60 * minute; at < 120 * minute; at += 5_000) await look(at);
    expect(asked - before).toBe(6);
  });

  it('has the words of the forge alone where nobody can tell more', async () => {
    conditions = async () => undefined;
    expect(await look(0, 'no')).toBe('no');
    expect(await lackingWords({} as Forge, 1, { words: 'no', attempt: { now: () => 0 } })).toBe('no');
  });

  it('says why it is not known what it lacks', async () => {
    conditions = () => Promise.reject(new Failure('Unauthorized', 'The token may not read checks.'));
    expect(await look(0, 'no')).toBe(
      'what is missing could not be read: The token may not read checks. (the forge: no)',
    );
    conditions = () => Promise.reject(new TypeError('a fault of ours'));
    await expect(look(0, 'other')).rejects.toThrow(TypeError);
  });
});

describe('A request that a person is to decide on', () => {
  const look = (at: number) => watchedWords(forge, 1, attempt(at));

  it('costs no question within the first minute', async () => {
    for (let at = 0; at < minute; at += 5_000) expect(await look(at)).toBe('');
    expect(asked).toBe(0);
    expect(await look(minute)).toBe('0 of 1 required check is green, `e2e` is running');
  });

  it('takes back what it said when nothing is missing any more', async () => {
    await look(0);
    await look(minute);
    conditions = async () => nothing;
    expect(await look(3 * minute)).toBe('nothing is missing there any more');
  });
});
