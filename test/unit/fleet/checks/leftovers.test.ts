import { describe, expect, test } from 'vitest';
import type { LeafObject } from '../../../../src/fleet/coverage/identity.ts';
import type { KustomizationEvidence } from '../../../../src/fleet/types.ts';
import { leftovers, wantedOf } from '../../../../src/fleet/verify/leftovers.ts';
import type { LiveObject } from '../../../../src/fleet/verify/live-object.ts';
import { before, kustomization, merged } from '../evidence.ts';
import { live } from './live.ts';

const removed: LeafObject = {
  apiVersion: 'v1',
  group: '',
  kind: 'ConfigMap',
  namespace: 'tests',
  name: 'smoke',
  optional: false,
};
const removal = { removed: [removed], acceptable: (revision: string) => revision === merged };
const owner = {
  'kustomize.toolkit.fluxcd.io/name': 'west-us',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};

function found(
  metadata: Partial<LiveObject['metadata']>,
  evidence: Partial<KustomizationEvidence> = {},
): string | undefined {
  const kustomizations = [kustomization({ inventory: new Set(), ...evidence })];
  const objects = [live('v1 ConfigMap', {}, metadata)];
  return leftovers({ kind: 'reached', kustomizations, objects, unread: new Map() }, removal);
}

describe('an object that a commit removed', () => {
  test('is left over while it has the labels of a Kustomization that does not apply it any more', () => {
    expect(found({ labels: owner })).toBe(
      'Flux has left what was removed from the branch: ConfigMap tests/smoke (delete it, or accept the cluster)',
    );
  });

  test('is left over while its Kustomization stays at an older commit, whose inventory still has it', () => {
    const late = { lastAppliedRevision: before, inventory: new Set(['tests_smoke__ConfigMap']) };
    expect(found({ labels: owner }, late)).toContain('removed from the branch: ConfigMap tests/smoke');
  });

  test('is left over while its deletion has no end', () => {
    expect(found({ labels: owner, deletionTimestamp: '2026-03-01T12:00:00Z' })).toBe(
      'Flux is still deleting what was removed from the branch: ConfigMap tests/smoke (look for finalizers)',
    );
  });

  test.each<[string, Partial<LiveObject['metadata']>, Partial<KustomizationEvidence>]>([
    ['it belongs to nobody of Flux', {}, {}],
    ['another Kustomization has taken it over', { labels: { ...owner, 'kustomize.toolkit.fluxcd.io/name': 'x' } }, {}],
    ['its Kustomization applies it again', { labels: owner }, { inventory: new Set(['tests_smoke__ConfigMap']) }],
    ['it is in another namespace', { labels: owner, namespace: 'other' }, {}],
  ])('is none where %s', (_, metadata, evidence) => {
    expect(found(metadata, evidence)).toBeUndefined();
  });

  test('that cannot be read keeps a cluster pending, and says what is missing', () => {
    const unread = new Map([['v1 ConfigMap', 'the kubeconfig may not list them']]);
    expect(leftovers({ kind: 'reached', kustomizations: [], objects: [], unread }, removal)).toBe(
      'Whether removed objects are gone cannot be read. v1 ConfigMap: the kubeconfig may not list them',
    );
  });

  test('of a kind that the cluster does not serve any more is gone', () => {
    const unread = new Map([['v1 ConfigMap', 'the cluster does not serve configmaps of v1']]);
    expect(leftovers({ kind: 'reached', kustomizations: [], objects: [], unread }, removal)).toBeUndefined();
  });

  test('is never looked for where it is a Secret', () => {
    expect(wantedOf([{ ...removed, kind: 'Secret' }])).toEqual([]);
    expect(wantedOf([removed])).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'tests', name: 'smoke' }]);
  });
});
