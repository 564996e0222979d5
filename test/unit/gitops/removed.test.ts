import { describe, expect, it } from 'vitest';
import type { LeafObject } from '../../../src/fleet/coverage/identity.ts';
import { objectsGone } from '../../../src/gitops/leaves/removed.ts';

function object(name: string, more: Partial<LeafObject> = {}): LeafObject {
  return { apiVersion: 'v1', group: '', kind: 'ConfigMap', namespace: 'blue', name, optional: false, ...more };
}

describe('The objects that a commit removed', () => {
  it('are those that no leaf has any more', () => {
    const before = [{ folder: 'west/apps/shop', objects: [object('one'), object('two')] }];
    const now = [{ folder: 'west/apps/till', objects: [object('two', { apiVersion: 'v2' })] }];
    expect(objectsGone([before], now)).toEqual([object('one')]);
  });

  it('are not those that Flux must not delete', () => {
    const before = [{ folder: 'west/apps/shop', objects: [object('one', { unpruned: true })] }];
    expect(objectsGone([before], [])).toEqual([]);
  });

  it('are each listed once, as the newest commit has them', () => {
    const leaf = (...objects: LeafObject[]) => [{ folder: 'west/apps/shop', objects }];
    const older = leaf(object('one'), object('two'), object('three', { unpruned: true }));
    const newer = leaf(object('one'), object('two', { unpruned: true }), object('three'));
    expect(objectsGone([newer, older], []).map(({ name }) => name)).toEqual(['one', 'three']);
  });
});
