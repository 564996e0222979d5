import { describe, expect, it } from 'vitest';
import type { KustomizationEvidence } from '../../../../src/fleet/types.ts';
import { judgeObjects } from '../../../../src/fleet/verify/judge-objects.ts';
import type { LiveObject } from '../../../../src/fleet/verify/live-object.ts';
import type { ObjectsObservation, WantedObject } from '../../../../src/fleet/verify/types.ts';
import { condition, live } from './live.ts';

const merge = 'a'.repeat(40);
const wanted: WantedObject = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'tests', name: 'smoke' };
const since = '2026-03-01T10:00:00.700Z';
const expectation = { wanted: [wanted], since, acceptable: (revision: string) => revision === merge };

const labels = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};
const apps: KustomizationEvidence = {
  name: 'apps',
  namespace: 'flux-system',
  path: 'west',
  suspended: false,
  generation: 1,
  observedGeneration: 1,
  healthChecks: 'all',
  lastAppliedRevision: merge,
};

function job(status: object, metadata: Partial<LiveObject['metadata']> = {}): LiveObject {
  return live('batch/v1 Job', { status }, { labels, creationTimestamp: '2026-03-01T10:00:05Z', ...metadata });
}

function judge(objects: readonly LiveObject[], kustomization: Partial<KustomizationEvidence> = {}) {
  const kustomizations = [{ ...apps, ...kustomization }];
  return judgeObjects({ kind: 'reached', kustomizations, objects, unread: new Map() }, expectation);
}

const complete = condition('Complete');

describe('A Job that a check names', () => {
  it('counts once it is complete', () => {
    expect(judge([job(complete)])).toEqual({ state: 'healthy', awaited: '' });
    expect(judge([job({})])).toMatchObject({ state: 'pending', awaited: 'Job tests/smoke has not started' });
  });

  it('fails the check when it has failed', () => {
    const failed = condition('Failed', 'True', 'BackoffLimitExceeded');
    expect(judge([job(failed)])).toEqual({
      state: 'failed',
      awaited: 'Job tests/smoke failed: BackoffLimitExceeded: so it is',
      failedAtRevision: true,
    });
  });

  it.each([complete, condition('Failed')])('is named and waited for where it is left from before: %j', (status) => {
    const verdict = judge([job(status, { creationTimestamp: '2026-03-01T09:59:59Z' })]);
    expect(verdict).toMatchObject({
      state: 'pending',
      awaited: expect.stringContaining(
        'Job tests/smoke is left from an earlier commit: it was created at 2026-03-01T09:59:59Z, and this one was merged at',
      ),
    });
  });

  it('may have been created in the second of the merge, because Kubernetes knows no parts of one', () => {
    expect(judge([job(complete, { creationTimestamp: '2026-03-01T10:00:00Z' })]).state).toBe('healthy');
  });

  it('does not count before its Kustomization has applied the commit', () => {
    expect(judge([job(complete)], { lastAppliedRevision: 'b'.repeat(40) })).toMatchObject({
      state: 'pending',
      awaited: 'Job tests/smoke is not of this commit yet: Kustomization flux-system/apps is at bbbbbbbb',
    });
    expect(judge([job(complete)], { suspended: true }).awaited).toContain('is suspended');
  });

  it('does not count where somebody else has made it', () => {
    expect(judge([job(complete, { labels: {} })]).awaited).toBe(
      'Job tests/smoke was not applied by Flux: it has no labels of a Kustomization',
    );
    const others = { ...labels, 'kustomize.toolkit.fluxcd.io/name': 'other' };
    expect(judge([job(complete, { labels: others })]).awaited).toBe(
      'Job tests/smoke was applied by Kustomization flux-system/other, which does not follow this branch',
    );
  });

  it('is waited for where it is not there, also beside one of the same name elsewhere', () => {
    expect(judge([job(complete, { namespace: 'elsewhere' })])).toMatchObject({
      state: 'pending',
      awaited: 'Job tests/smoke is not there: Flux has not applied it, or it was deleted since',
    });
  });

  it('that names no namespace is looked for where Flux has put it', () => {
    const anywhere = { ...expectation, wanted: [{ ...wanted, namespace: '' }] };
    const objects = [job({}, { namespace: 'strange', labels: {} }), job(complete, { namespace: 'moved' })];
    const observation: ObjectsObservation = { kind: 'reached', kustomizations: [apps], objects, unread: new Map() };
    expect(judgeObjects(observation, anywhere).state).toBe('healthy');
  });
});

describe('A Kustomization', () => {
  it('with a target namespace has put the object there, and nowhere else', () => {
    const changes = { targetNamespace: 'moved', alters: [] };
    expect(judge([job(complete, { namespace: 'moved' })], { changes }).state).toBe('healthy');
    expect(judge([job(complete)], { changes }).awaited).toContain('is not there');
  });

  it('that applies to another cluster says nothing of this one', () => {
    expect(judge([job(complete)], { remote: true }).awaited).toContain('applies to another cluster');
  });
});

describe('An object that runs on', () => {
  it('may be older than the commit: what counts is that its Kustomization has applied this one', () => {
    const deployment = { ...wanted, apiVersion: 'example.com/v1', kind: 'Canary' };
    const object = live(
      'example.com/v1 Canary',
      { status: condition('Ready') },
      { labels, creationTimestamp: '2020-01-01T00:00:00Z' },
    );
    const observation: ObjectsObservation = {
      kind: 'reached',
      kustomizations: [apps],
      objects: [object],
      unread: new Map(),
    };
    expect(judgeObjects(observation, { ...expectation, wanted: [deployment] }).state).toBe('healthy');
  });
});

describe('An object that Flux leaves alone', () => {
  const canary = { ...wanted, apiVersion: 'example.com/v1', kind: 'Canary' };
  const old = { labels, creationTimestamp: '2020-01-01T00:00:00Z' };
  const look = (metadata: Partial<LiveObject['metadata']>, optional = false) => {
    const objects = [live('example.com/v1 Canary', { status: condition('Ready') }, { ...old, ...metadata })];
    const observation: ObjectsObservation = { kind: 'reached', kustomizations: [apps], objects, unread: new Map() };
    return judgeObjects(observation, { ...expectation, wanted: [{ ...canary, optional }] });
  };

  it.each([
    ['by its manifest', {}, true],
    ['on the cluster', { annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'Disabled' } }, false],
    ['where it is there', { labels: { ...labels, 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' } }, false],
  ])('%s may be of an earlier commit', (_how, metadata, optional) => {
    expect(look(metadata, optional)).toMatchObject({
      state: 'pending',
      awaited: expect.stringContaining('Canary tests/smoke may be of an earlier commit: Flux leaves it alone'),
    });
  });

  it('is of this one where it was created after the merge', () => {
    expect(look({ creationTimestamp: '2026-03-01T10:00:05Z' }, true).state).toBe('healthy');
  });
});

describe('A cluster', () => {
  it('that cannot be reached is unknown, and says why', () => {
    expect(judgeObjects({ kind: 'unreachable', why: 'The plug is out.' }, expectation)).toEqual({
      state: 'unknown',
      awaited: 'The plug is out.',
    });
  });

  it('that does not show the kind is waited for, never green', () => {
    const unread = new Map([['batch/v1 Job', 'the rule is missing']]);
    const observation: ObjectsObservation = {
      kind: 'reached',
      kustomizations: [apps],
      objects: [job(complete)],
      unread,
    };
    expect(judgeObjects(observation, expectation)).toMatchObject({
      state: 'pending',
      awaited: 'Job tests/smoke cannot be looked at: the rule is missing',
    });
  });

  it('with several objects has failed when one has, and quotes three at most', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const objects = names.map((name) => job(condition('Failed'), { name }));
    const many = { ...expectation, wanted: [...names.map((name) => ({ ...wanted, name })), wanted] };
    const observation: ObjectsObservation = { kind: 'reached', kustomizations: [apps], objects, unread: new Map() };
    const verdict = judgeObjects(observation, many);
    expect(verdict.state).toBe('failed');
    expect(verdict.awaited).toMatch(/^Job tests\/a .*; Job tests\/b .*; Job tests\/c .*; and 2 more$/);
  });
});
