import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/failure.ts';
import { type Action, actions } from '../../../src/operation/messages.ts';
import { parseDecision } from '../../../src/operation/payload.ts';

const refused: readonly (readonly [Action, unknown, string])[] = [
  ['approve', undefined, 'expected an object'],
  ['approve', ['prod'], 'expected an object'],
  ['approve', { environment: 'prod', by: 'ann' }, '"head" must be a text'],
  ['approve', { environment: 'prod', by: 'ann', head: 'HEAD~1' }, '7 to 40 hexadecimal digits, not "HEAD~1"'],
  ['approve', { environment: 'prod', by: 'ann', override: true }, '"reason" must be a text'],
  ['approve', { environment: 'prod', by: 'ann', reason: 'x', override: false }, '"head" must be a text'],
  ['approve', { environment: 'prod', by: 'ann', reason: 'x', override: 'yes' }, 'true or false, not "yes"'],
  ['retry', { environment: 'prod', by: 'ann', reason: 'x', override: true }, 'belongs to approve alone'],
  [
    'approve',
    { environment: 'prod', by: 'ann', head: 'abcdef1', removals: 1 },
    '"removals" must be true or false, not 1',
  ],
  ['retry', { environment: 'prod', by: 'ann', removals: true }, '"removals" belongs to approve alone'],
  ['retry', { by: 'ann' }, '"environment" must be a text'],
  ['retry', { environment: 'prod' }, '"by" must be a text'],
  ['retry', { environment: 'prod', by: '   ' }, '"by" must be a text'],
  ['retry', { environment: 'prod', by: 'x'.repeat(3001) }, '1 to 3000 bytes, and has 3001'],
  ['retry', { environment: 'prod', by: 'ann', comit: 'x' }, 'unknown field "comit"'],
  ['rollback', { environment: 'prod', by: 'ann' }, '"reason" must be a text'],
  ['accept', { environment: 'prod', by: 'ann', reason: 'x', clusters: 'prod-1' }, '"clusters" must list'],
  ['accept', { environment: 'prod', by: 'ann', reason: 'x', clusters: [7] }, '"clusters" must list'],
  ['accept', { environment: 'prod', by: 'ann', reason: 'x', groups: 'us' }, '"groups" must list'],
  ['accept', { environment: 'prod', by: 'ann', reason: 'x', allUnknown: 'yes' }, 'true or false, not "yes"'],
  ['retry', { environment: 'prod', by: 'ann', groups: ['us'] }, '"groups" belongs to accept alone'],
  ['retry', { environment: 'prod', by: 'ann', allUnknown: true }, '"allUnknown" belongs to accept alone'],
];

describe("A decision's payload", () => {
  it.each(refused)('%s of %j is refused: %s', (action, payload, because) => {
    expect(() => parseDecision(action, payload)).toThrow(because);
  });

  it.each([
    ['no object', 'x'.repeat(1_000_000)],
    ['a list', Array.from({ length: 100_000 }, () => 'x')],
    ['an unknown field', { environment: 'prod', by: 'ann', ['x'.repeat(1_000_000)]: 1 }],
    ['a head', { environment: 'prod', by: 'ann', head: 'x'.repeat(900) }],
    ['an override', { environment: 'prod', by: 'ann', override: 'x'.repeat(1_000_000) }],
  ])('that is refused for %s of megabytes is not quoted at full length', (_, payload) => {
    let message = '';
    try {
      parseDecision('approve', payload);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/…/);
    expect(message.length).toBeLessThan(400);
  });

  it('is taken as it is, without white space around', () => {
    expect(parseDecision('retry', { environment: ' prod ', by: 'ann' })).toEqual({ environment: 'prod', by: 'ann' });
  });

  it('of abort may name no environment', () => {
    expect(parseDecision('abort', { by: 'ann', reason: 'wrong release' })).toEqual({
      by: 'ann',
      reason: 'wrong release',
    });
  });

  it('of an approval in spite of a hold needs no head: there may be nothing rendered yet', () => {
    const decision = { environment: 'prod', by: 'ann', reason: 'the shop is down', override: true };
    expect(parseDecision('approve', decision)).toEqual(decision);
    expect(parseDecision('approve', { ...decision, head: 'abcdef1' })).toEqual({ ...decision, head: 'abcdef1' });
    const plain = { environment: 'prod', by: 'ann', head: 'abcdef1' };
    expect(parseDecision('approve', { ...plain, override: false })).toEqual(plain);
  });

  it('of an approval may name what is removed', () => {
    const decision = { environment: 'prod', by: 'ann', head: 'abcdef1', removals: true };
    expect(parseDecision('approve', decision)).toEqual(decision);
    expect(parseDecision('approve', { ...decision, removals: false })).not.toHaveProperty('removals', false);
  });

  it('is a decision or a Failure of type InvalidInput, whatever comes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...actions), fc.anything(), (action, payload) => {
        try {
          return typeof parseDecision(action, payload).by === 'string';
        } catch (error) {
          return error instanceof Failure && error.type === 'InvalidInput';
        }
      }),
    );
  });
});
