import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOfId, parseId } from '../../../src/cli/temporal/operation-reference.ts';
import { laneId } from '../../../src/lane/messages.ts';
import { configId, promotionId, rollbackId, rollbackPromotionId } from '../../../src/operation/messages.ts';

const commit = '3f2a9c1d'.repeat(5);

describe('A workflow id', () => {
  it.each([
    [promotionId('forge.test/acme/platform', commit), 'promotion', commit],
    [configId('forge.test/acme/platform', 'qa'), 'config change', 'qa'],
    [rollbackId('forge.test/acme/platform', 'qa'), 'rollback', 'qa'],
    [rollbackPromotionId('forge.test/acme/platform', commit), 'rollback', commit],
    [laneId('forge.test/acme/platform', 'team/qa'), 'lane', 'team/qa'],
  ])('%s is that of a %s', (id, kind, name) => {
    expect(parseId(id)).toEqual({ id, kind, repository: 'forge.test/acme/platform', name });
    expect(kindOfId(id)).toBe(kind);
  });

  it('may leave out what every promotion begins with', () => {
    expect(parseId(`forge.test/acme/platform/${commit}`)?.id).toBe(promotionId('forge.test/acme/platform', commit));
  });

  it.each([
    ['127.0.0.1:3000/acme/platform', 'qa'],
    ['gitlab.example.com/group/sub/platform', 'qa'],
    ['file:/srv/Acme/platform', 'qa'],
  ])('has the host and the whole path in it: %s', (repository, name) => {
    expect(parseId(configId(repository, name))).toMatchObject({ repository, name });
    expect(parseId(laneId(repository, 'us/east'))).toMatchObject({ repository, name: 'us/east' });
  });

  it('is the same in another letter case of the repository', () => {
    expect(parseId('configure/Forge.test/Acme/Platform/QA')?.id).toBe('configure/forge.test/acme/platform/QA');
  });

  it.each(['promote/forge.test/acme/platform/3f2a9c1', 'configure/acme/platform', 'acme/platform', 'qa', commit, ''])(
    'is not %j',
    (text) => {
      expect(parseId(text)).toBeUndefined();
    },
  );

  it('is taken whole or not at all', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const named = parseId(text);
        return named === undefined || named.id.toLowerCase().endsWith(text.toLowerCase());
      }),
    );
  });
});
