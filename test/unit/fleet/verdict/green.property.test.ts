import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterExpectation, KustomizationEvidence } from '../../../../src/fleet/types.ts';
import { clusterVerdict } from '../../../../src/fleet/verdict.ts';
import { before, expectationOf, inventoryOf, kustomization, later, leafAt, merged } from '../evidence.ts';

const since = '2026-03-01T13:00:00.000Z';
const leaf = fc.array(fc.constantFrom('apps', 'infra', 'blue', 'red', 'shop'), { minLength: 1, maxLength: 4 });
const names = fc.uniqueArray(
  leaf.map((dependencies) => `west-us/${dependencies.join('/')}`),
  { minLength: 1, maxLength: 8 },
);

/** A cluster where everything is in order: a Kustomization for each leaf, at one of the acceptable commits. */
const inOrder = fc
  .record({ leaves: names, soaked: fc.boolean(), late: fc.boolean() })
  .chain(({ leaves, soaked, late }) =>
    fc.record({
      expectation: fc.constant<ClusterExpectation>({
        ...expectationOf(leaves.map((folder) => leafAt(folder))),
        reconciledSince: soaked ? { time: since } : undefined,
        deadlinePassed: late,
      }),
      kustomizations: fc.tuple(
        ...leaves.map((path, index) =>
          fc
            .record({ revision: fc.constantFrom(merged, later), generation: fc.nat(9) })
            .map(({ revision, generation }) =>
              kustomization({
                name: `k${index}`,
                path,
                inventory: inventoryOf([leafAt(path)]),
                generation,
                observedGeneration: generation,
                lastAppliedRevision: revision,
                lastAttemptedRevision: revision,
                lastReconciliationBegan: '2026-03-01T13:00:01.000Z',
              }),
            ),
        ),
      ),
    }),
  );

type Change = (each: KustomizationEvidence) => Partial<KustomizationEvidence>;

/** Everything that green requires of a Kustomization, each taken away. */
const flips: Readonly<Record<string, Change>> = {
  suspended: () => ({ suspended: true }),
  deleted: () => ({ deleting: true }),
  'applied something else': () => ({ lastAppliedRevision: before }),
  'applied nothing': () => ({ lastAppliedRevision: undefined }),
  'attempted something else': () => ({ lastAttemptedRevision: before }),
  'older than the spec': ({ generation }) => ({ observedGeneration: generation - 1 }),
  'not ready': () => ({ ready: { status: 'False', reason: 'HealthCheckFailed', message: '' } }),
  'not known to be ready': () => ({ ready: { status: 'Unknown', reason: 'Progressing', message: '' } }),
  'without Ready': () => ({ ready: undefined }),
  stalled: () => ({ stalled: { status: 'True', reason: 'AccessDenied', message: '' } }),
  'without health checks': () => ({ healthChecks: undefined }),
  'that has applied nothing of it': () => ({ path: 'east-us', inventory: new Set() }),
  'that applies elsewhere': () => ({ remote: true }),
  'that changes what it applies': () => ({ changes: { alters: ['patches'] } }),
  'without an inventory': () => ({ inventory: undefined }),
};

test('a cluster with everything in order is healthy', () => {
  fc.assert(
    fc.property(inOrder, ({ expectation: expected, kustomizations }) => {
      expect(clusterVerdict({ kind: 'reached', kustomizations }, expected)).toMatchObject({
        state: 'healthy',
        awaited: '',
      });
    }),
  );
});

test('green needs every condition of every Kustomization: without any one of them, a cluster is not healthy', () => {
  const flip = fc.constantFrom(...Object.keys(flips));
  fc.assert(
    fc.property(inOrder, flip, fc.nat(), ({ expectation: expected, kustomizations }, name, at) => {
      // Only the first leaf of a nested pair may be covered twice: flip what covers a leaf alone.
      const alone = kustomizations.filter(({ path }) =>
        kustomizations.every((k) => k.path === path || !path.startsWith(`${k.path}/`)),
      );
      const victim = alone[at % alone.length];
      const flipped = kustomizations.map((each) => (each === victim ? { ...each, ...flips[name]?.(each) } : each));
      const verdict = clusterVerdict({ kind: 'reached', kustomizations: flipped }, expected);
      expect(verdict.state, name).not.toBe('healthy');
      expect(verdict.awaited, name).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

test('after the soak, green needs a reconciliation begun since of every Kustomization', () => {
  fc.assert(
    fc.property(inOrder, fc.nat(), ({ expectation: expected, kustomizations }, at) => {
      const stale = kustomizations.map((each, index) =>
        index === at % kustomizations.length ? { ...each, lastReconciliationBegan: '2026-03-01T12:59:59.999Z' } : each,
      );
      const verdict = clusterVerdict(
        { kind: 'reached', kustomizations: stale },
        { ...expected, reconciledSince: { time: since } },
      );
      expect(verdict.state).not.toBe('healthy');
    }),
  );
});

test('nothing that a cluster answers is unknown, and nothing unreachable is anything else', () => {
  fc.assert(
    fc.property(inOrder, fc.string(), ({ expectation: expected, kustomizations }, why) => {
      expect(clusterVerdict({ kind: 'reached', kustomizations }, expected).state).not.toBe('unknown');
      expect(clusterVerdict({ kind: 'unreachable', why }, expected)).toEqual({ state: 'unknown', awaited: why });
    }),
  );
});
