import { describe, expect, test } from 'vitest';
import { isOfRender } from '../../../../src/activities/pull-request/describe-branch.ts';
import { limits } from '../../../../src/platform/limits.ts';

const file = (oid: string) => ({ path: `west/apps/shop/${oid}.yaml`, before: oid });

describe('What a branch changes', () => {
  test('is not compared where a side has more objects than a render brings: V8 would end the process', () => {
    const contents = new Map([
      ['small', Buffer.from('kind: A\n---\nkind: B\n')],
      ['large', Buffer.from('kind: A\n---\n'.repeat(limits.environmentObjects + 1))],
      ['part', Buffer.from('kind: A\n---\n'.repeat(1_000))],
    ]);
    expect(isOfRender([file('small')], contents)).toBe(true);
    expect(isOfRender([file('small'), file('large')], contents)).toBe(false);
    // One content in many files counts in each of them.
    const many = Array.from({ length: limits.environmentObjects / 1_000 }, () => file('part'));
    expect(isOfRender(many, contents)).toBe(false);
    expect(isOfRender(many.slice(0, 200), contents)).toBe(true);
  });
});
