import { describe, expect, test } from 'vitest';
import type { Leaf, LeafObject } from '../../../../src/fleet/coverage/identity.ts';
import type { KustomizationEvidence } from '../../../../src/fleet/types.ts';
import { hasCustom, judgeApplied, kindsToRead } from '../../../../src/fleet/verify/applied.ts';
import type { LiveObject } from '../../../../src/fleet/verify/live-object.ts';
import type { AppliedObservation } from '../../../../src/fleet/verify/types.ts';
import { apiGroup } from '../../../../src/object-name.ts';
import { kustomization } from '../evidence.ts';
import { condition, live } from './live.ts';

const settings = object('v1', 'ConfigMap');
const widget = object('example.org/v1', 'Widget');
const release = object('helm.toolkit.fluxcd.io/v2', 'HelmRelease');
const owner = {
  'kustomize.toolkit.fluxcd.io/name': 'west-us',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};
const healthChecks: ReadonlySet<string> = new Set(['tests_shop_apps_Deployment']);

function object(apiVersion: string, kind: string, more: Partial<LeafObject> = {}): LeafObject {
  return { apiVersion, group: apiGroup(apiVersion), kind, namespace: 'tests', name: 'smoke', optional: false, ...more };
}

function leaf(...objects: readonly LeafObject[]): readonly Leaf[] {
  return [{ folder: 'west-us/apps/shop', objects }];
}

/** A Kustomization that has applied the objects `smoke`, and waits for what a case says. */
function applier(different: Partial<KustomizationEvidence> = {}): KustomizationEvidence {
  const kinds = ['_ConfigMap', 'example.org_Widget', 'helm.toolkit.fluxcd.io_HelmRelease', '_Secret'];
  return kustomization({ inventory: new Set(kinds.map((kind) => `tests_smoke_${kind}`)), ...different });
}

describe('the kinds to read on a cluster', () => {
  test('are none where Flux waits for everything', () => {
    expect(kindsToRead(leaf(settings, release), [applier()])).toEqual([]);
  });

  test('are those that `healthChecks` do not name, by their metadata', () => {
    expect(kindsToRead(leaf(settings), [applier({ healthChecks })])).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', part: 'metadata' },
    ]);
    const named = applier({ healthChecks: new Set(['tests_smoke__ConfigMap']) });
    expect(kindsToRead(leaf(settings), [named])).toEqual([]);
  });

  test('are those that somebody has added to Kubernetes, also where Flux waits for them', () => {
    expect(hasCustom(leaf(settings, release))).toBe(false);
    expect(hasCustom(leaf(settings, widget))).toBe(true);
    expect(kindsToRead(leaf(settings, widget), [applier()])).toEqual([
      { apiVersion: 'example.org/v1', kind: 'Widget', part: 'whole' },
    ]);
  });

  test.each(['snapshot.storage.k8s.io', 'gateway.networking.k8s.io'])('are also those of %s', (group) => {
    expect(hasCustom(leaf(object(`${group}/v1`, 'Thing')))).toBe(true);
  });

  test('are never Secrets, nor what Flux may leave alone', () => {
    const optional = object('v1', 'ConfigMap', { optional: true });
    expect(kindsToRead(leaf(object('v1', 'Secret'), optional), [applier({ healthChecks })])).toEqual([]);
  });
});

interface Found {
  readonly objects?: readonly LiveObject[];
  readonly more?: Partial<Extract<AppliedObservation, { kind: 'reached' }>>;
}

function judge(leaves: readonly Leaf[], { objects = [], more = {} }: Found) {
  const kinds = ['v1 ConfigMap', 'example.org/v1 Widget'];
  const observation = {
    kind: 'reached',
    kustomizations: [applier({ healthChecks })],
    objects,
    unread: new Map(),
    read: new Set(kinds.filter((kind) => !more.unread?.has(kind))),
    withoutStatus: new Set<string>(),
    ...more,
  } as const;
  return judgeApplied(observation, leaves);
}

const nothing = { awaited: '', warnings: [] };

describe('an object of the commit', () => {
  test('that is there is nothing to tell of', () => {
    const objects = [live('v1 ConfigMap', {}, { labels: owner })];
    expect(judge(leaf(settings), { objects })).toEqual(nothing);
  });

  test('that is being deleted is awaited', () => {
    const objects = [live('v1 ConfigMap', {}, { labels: owner, deletionTimestamp: '2026-03-01T12:00:00Z' })];
    expect(judge(leaf(settings), { objects }).awaited).toBe(
      'ConfigMap tests/smoke of this commit is being deleted: look for finalizers',
    );
  });

  test.each<[string, Partial<LiveObject['metadata']>]>([
    ['which nobody of Flux has applied', {}],
    ['in another namespace', { labels: owner, namespace: 'other' }],
    ['of another name', { labels: owner, name: 'other' }],
  ])('is not one %s', (_, metadata) => {
    expect(judge(leaf(settings), { objects: [live('v1 ConfigMap', {}, metadata)] }).awaited).toBe(
      'ConfigMap tests/smoke of this commit is not there: it was deleted since Flux applied it',
    );
  });

  test('is the one that the Kustomization has put into its namespace and renamed', () => {
    const changes = { targetNamespace: 'blue', namePrefix: 'eu-', alters: [] };
    const inventory = new Set(['blue_eu-smoke__ConfigMap']);
    const kustomizations = [applier({ healthChecks, changes, inventory })];
    const renamed = { labels: owner, namespace: 'blue', name: 'eu-smoke', deletionTimestamp: 'now' };
    const found = judge(leaf(settings), { objects: [live('v1 ConfigMap', {}, renamed)], more: { kustomizations } });
    expect(found.awaited).toContain('ConfigMap blue/eu-smoke of this commit is being deleted');
  });

  test('that cannot be read keeps a cluster pending where Flux does not wait, and is a warning where it does', () => {
    const unread = new Map([['example.org/v1 Widget', 'the user may not list them']]);
    expect(judge(leaf(widget), { more: { unread } })).toEqual({
      awaited:
        'Whether objects of this commit are being deleted cannot be read, and Flux does not wait for them (`wait: true`). example.org/v1 Widget: the user may not list them',
      warnings: [],
    });
    expect(judge(leaf(widget), { more: { unread, kustomizations: [applier()] } })).toEqual({
      awaited: '',
      warnings: [
        'Whether a controller has seen all custom resources cannot be read. example.org/v1 Widget: the user may not list them',
      ],
    });
  });
});

describe('a custom resource', () => {
  const kind = 'example.org/v1 Widget';
  const spec = { size: 1 };
  const found = (content: object, generation = 1) => ({
    objects: [live(kind, content, { labels: owner, generation })],
  });

  test.each<[string, object, number]>([
    ['it has no status', { spec }, 1],
    ['it has no status', { spec, status: {} }, 1],
    ['its status is about an older generation', { spec, status: { observedGeneration: 1 } }, 2],
    ['all its conditions are Unknown', { spec, status: condition('Accepted', 'Unknown') }, 1],
  ])('is a warning where %s', (why, content, generation) => {
    expect(judge(leaf(widget), found(content, generation))).toEqual({
      awaited: '',
      warnings: [`Widget tests/smoke: ${why}. Perhaps no controller has seen it, and Flux calls it current.`],
    });
  });

  test.each<[string, object]>([
    ['it has no spec', {}],
    ['its controller has seen it', { spec, status: { observedGeneration: 1 } }],
    ['a condition says something', { spec, status: condition('Ready', 'False') }],
    ['its status says something', { spec, status: { phase: 'Running' } }],
  ])('is none where %s', (_, content) => {
    expect(judge(leaf(widget), found(content))).toEqual(nothing);
  });

  test('is none where its kind has no status, or the Kustomization defines its health', () => {
    const without = { ...found({ spec }), more: { withoutStatus: new Set([kind]) } };
    expect(judge(leaf(widget), without)).toEqual(nothing);
    const kustomizations = [applier({ healthExpressions: new Set(['example.org/Widget']) })];
    expect(judge(leaf(widget), { ...found({ spec }), more: { kustomizations } })).toEqual(nothing);
  });
});
