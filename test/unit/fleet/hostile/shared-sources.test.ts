import { expect, it } from 'vitest';
import { kustomizationsOf } from '../../../../src/fleet/flux/evidence.ts';
import { chartsOf, digestIn } from '../../../../src/fleet/flux/follow/charts.ts';
import { type OciRepositoryObject, ociRepositorySchema } from '../../../../src/fleet/flux/follow/schemas.ts';
import { sourceTroubleOf } from '../../../../src/fleet/flux/follow/source-trouble.ts';
import { gitRepositorySchema, kustomizationSchema } from '../../../../src/fleet/flux/schemas.ts';

const many = Array.from({ length: 1_000 }, (_, index) => `k${index}`);
const manyConditions = Array.from({ length: 100 }, () => ({ type: 'Other', status: 'True' }));

/** Counts how often the conditions of an object are asked for. */
function counting<T extends { readonly status?: unknown }>(object: T) {
  const counted = { reads: 0 };
  const { status } = object;
  Object.defineProperty(object, 'status', {
    get() {
      counted.reads += 1;
      return status;
    },
  });
  return { object, counted };
}

it('a source that very many Kustomizations name is looked through once', () => {
  const metadata = { name: 'r', namespace: 'n' };
  const { object, counted } = counting(
    gitRepositorySchema.parse({
      metadata,
      spec: { url: 'https://github.com/acme/gitops' },
      status: { conditions: [...manyConditions, { type: 'Ready', status: 'False', reason: 'Gone', message: 'away' }] },
    }),
  );
  const kustomizations = many.map((name) =>
    kustomizationSchema.parse({
      metadata: { name, namespace: 'n' },
      spec: { sourceRef: { kind: 'GitRepository', name: 'r' } },
    }),
  );
  const found = kustomizationsOf(kustomizations, [object]);
  expect(new Set(found.map(({ sourceTrouble }) => sourceTrouble))).toEqual(
    new Set(['GitRepository n/r is not ready: Gone: away']),
  );
  expect(counted.reads).toBeLessThan(5);
});

it('an artifact that very many HelmReleases name is looked through once', async () => {
  const { object, counted } = counting<OciRepositoryObject>(
    ociRepositorySchema.parse({
      metadata: { name: 'charts', namespace: 'n', generation: 1 },
      spec: { url: 'oci://registry.acme/charts' },
      status: { observedGeneration: 1, conditions: [...manyConditions, { type: 'Ready', status: 'True' }] },
    }),
  );
  const releases = many.map((name) => ({
    metadata: { name, namespace: 'n', generation: 1 },
    spec: { chartRef: { kind: 'OCIRepository', name: 'charts' } },
  }));
  const ociRepositories = async () => ({ objects: [object] });
  const chartOf = await chartsOf({} as never, releases, { repositories: [], ociRepositories });
  expect(new Set(releases.map((each) => chartOf(each)?.lacks))).toEqual(new Set(['has no artifact yet']));
  // Each release asks for the revision beside it.
  expect(counted.reads).toBeLessThan(many.length + 5);
});

it('a digest is looked for at the end of a revision alone', () => {
  expect(digestIn('6.1.8@sha256:abc')).toBe('sha256:abc');
  expect(digestIn(`@${'x'.repeat(1_000_000)}`)).toBe('x'.repeat(1_000));
});

it('who suspended a source is told by the first annotations that say so', () => {
  const metadata = gitRepositorySchema.shape.metadata.parse({
    name: 'r',
    namespace: 'n',
    annotations: {
      'acme.dev/suspended-by': '',
      'acme.dev/suspendedBy': 'ann',
      'other.dev/suspend-by': 'bob',
      'acme.dev/suspended-comment': 'until Monday',
    },
  });
  expect(sourceTroubleOf('GitRepository', { metadata, spec: { suspend: true } })).toBe(
    'GitRepository n/r is suspended (by ann: until Monday)',
  );
});
