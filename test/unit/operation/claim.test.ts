import { describe, expect, it } from 'vitest';
import { botIdentity, ownIdentity } from '../../../src/git/identity.ts';
import { personOf } from '../../../src/gitops/foreign-author.ts';
import { parseHold, parseResume } from '../../../src/lane/payload.ts';
import { isOverride } from '../../../src/lane/received.ts';
import { isOwnName } from '../../../src/operation/claim.ts';
import { parseDecision } from '../../../src/operation/payload.ts';

/** What a person reads as a name of Fairlead's own. */
const ownNames = [
  'Fairlead',
  'fairlead',
  'FREEZE',
  'Temporal',
  '  Fairlead\u00a0',
  // Letters of full width, and in bold.
  String.fromCodePoint(...[...'Fairlead'].map((letter) => 0xfee0 + (letter.codePointAt(0) ?? 0))),
  'Fairlead'.replace('F', String.fromCodePoint(0x1d405)),
  'Fair\u200blead',
  '\u2800Fairlead\u3164',
  'ada; Fairlead',
  'Fairlead； ada',
];

describe("A name of Fairlead's own", () => {
  it.each(ownNames)('is no name that a person may give: %j', (by) => {
    expect(isOwnName(by)).toBe(true);
    const words = /^\w+: "by" is .*, which stands for Fairlead itself: say who you are$/;
    expect(() => parseDecision('retry', { environment: 'prod', by })).toThrow(words);
    expect(() => parseHold({ by, reason: 'x' }, '2026-01-01T00:00:00.000Z')).toThrow(words);
    expect(() => parseResume({ by })).toThrow(words);
    expect(isOverride({ id: 'x', by, reason: 'x' })).toBe(false);
  });

  it.each(['ada', 'Fairlead Jones', 'temporal worker', 'ada; bob', 'Freezer'])('%s is none', (by) => {
    expect(parseDecision('retry', { environment: 'prod', by })).toMatchObject({ by });
    expect(parseResume({ by })).toEqual({ by });
    expect(isOverride({ id: 'x', by, reason: 'x' })).toBe(true);
  });

  it('of the author of a commit is told with the address', () => {
    const commit = (name: string, email: string) => {
      const person = { name, email, date: '2026-01-01T00:00:00.000Z' };
      return { sha: 'x', tree: 'x', parents: [], subject: '', author: person, committer: person };
    };
    const own = ownIdentity({ name: 'Acme Bot', email: 'bot@example.org', formerEmails: [] });
    expect(personOf(commit('Ada', 'ada@example.org'), own)).toBe('Ada');
    expect(personOf(commit('fairlead', 'ada@example.org'), own)).toBe('fairlead <ada@example.org>');
    expect(personOf(commit('Acme Bot', 'ada@example.org'), own)).toBe('Acme Bot <ada@example.org>');
    expect(personOf(commit(botIdentity.name, botIdentity.email), own)).toBe('Fairlead');
    expect(personOf(commit('Acme Bot', 'bot@example.org'), own)).toBe('Acme Bot');
  });
});
