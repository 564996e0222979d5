import { describe, expect, it } from 'vitest';
import { type CatchUpResult, earlierLook, headResult, judgeLook, judgeReach } from '../../../src/catch-up/look.ts';

const [head, other] = ['a'.repeat(40), 'b'.repeat(40)];
const seen = headResult(head, 'seen');

describe('A look at main', () => {
  it.each<[string, CatchUpResult | undefined, boolean, string]>([
    ['is only noted at first', undefined, false, 'seen'],
    ['is only noted at first, also after another one', headResult(other, 'started'), false, 'seen'],
    ['has a promotion', undefined, true, 'known'],
    ['has got a promotion since it was noted', seen, true, 'known'],
    ['needs one where it stands for the second time', seen, false, 'needs a promotion'],
    ['is not started again, whatever Temporal remembers', headResult(head, 'known'), false, 'known'],
    ['is not started again after its start', headResult(head, 'started'), false, 'started'],
    ['is not asked about again where it is deployed', headResult(head, 'deployed', ['dev']), false, 'deployed'],
    ['is not asked about again where a newer one is', headResult(head, 'overtaken', ['dev']), false, 'overtaken'],
  ])('finds that the head %s', (...[, last, isKnown, state]) => {
    expect(judgeLook({ head, isKnown }, last)?.state ?? 'needs a promotion').toBe(state);
  });

  it('starts nothing that is deployed somewhere, or older than that', () => {
    expect(judgeReach(head, { reached: [], newer: [] })).toBeUndefined();
    expect(judgeReach(head, { reached: ['dev', 'qa'], newer: [{ environment: 'prod' }] })).toEqual({
      commit: head,
      state: 'deployed',
      message: 'aaaaaaaa is deployed already in dev, qa; `fairlead promote` carries it on.',
    });
    expect(judgeReach(head, { reached: [], newer: [{ environment: 'dev' }] })).toEqual({
      commit: head,
      state: 'overtaken',
      message: 'aaaaaaaa is older than what is deployed in dev.',
    });
  });

  it('reads what an earlier one has left, and believes nothing else', () => {
    expect(earlierLook(seen)).toEqual(seen);
    for (const foreign of [undefined, null, 'main', [], { commit: head }, { ...seen, state: 'done' }])
      expect(earlierLook(foreign)).toBeUndefined();
  });
});
