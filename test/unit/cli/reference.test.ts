import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOf, parseId } from '../../../src/cli/temporal/operation-reference.ts';
import { laneId } from '../../../src/lane/messages.ts';
import { configId, promotionId, rollbackId, rollbackPromotionId } from '../../../src/operation/messages.ts';

const commit = '3f2a9c1d'.repeat(5);

describe('A workflow id', () => {
  it.each([
    [promotionId('acme/platform', commit), 'promotion', commit],
    [configId('acme/platform', 'qa'), 'config change', 'qa'],
    [rollbackId('acme/platform', 'qa'), 'rollback', 'qa'],
    [rollbackPromotionId('acme/platform', commit), 'rollback', commit],
    [laneId('acme/platform', 'team/qa'), 'lane', 'team/qa'],
  ])('%s is that of a %s', (id, kind, name) => {
    expect(parseId(id)).toEqual({ id, kind, repository: 'acme/platform', name });
    expect(kindOf(id)).toBe(kind);
  });

  it('may leave out what every promotion begins with', () => {
    expect(parseId(`acme/platform/${commit}`)?.id).toBe(promotionId('acme/platform', commit));
  });

  it.each(['promote/acme/platform/3f2a9c1', 'configure/acme/platform', 'acme/platform', 'qa', commit, ''])(
    'is not %j',
    (text) => {
      expect(parseId(text)).toBeUndefined();
    },
  );

  it('is taken whole or not at all', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const named = parseId(text);
        return named === undefined || named.id.endsWith(text);
      }),
    );
  });
});
