import fc from 'fast-check';
import type { KubeObject } from '../kubernetes/objects.ts';
import type { KustomizationOptions, Scene, Step, Tree } from '../scenes/scene.ts';
import {
  annotates,
  breaksDeployment,
  configMap,
  deployment,
  gitRepository,
  group,
  kept,
  kustomization,
  merge,
  missingImage,
  pushForeign,
  shop,
} from '../scenes/write.ts';

/**
 * Scenes at random, without a verdict that they expect: the oracle alone judges them. A fault on the cluster comes just
 * before a merge, because Flux does not see what is changed between two reconciliations, and nobody else claims to.
 */

const watch = (seconds: number): Step => ({ do: 'watch', seconds });
const infra = 'west-us/infra/dns';
const goodImage = 'registry.example.org/shop:1';

/** What a commit has: two leaves, some of whose objects come and go. */
const tree: fc.Arbitrary<Tree> = fc
  .record({
    image: fc.constantFrom(goodImage, 'registry.example.org/shop:2', missingImage),
    value: fc.integer({ min: 1, max: 3 }).map(String),
    extra: fc.subarray<KubeObject>([configMap('extra'), kept('kept'), deployment('second')]),
    hasInfra: fc.boolean(),
  })
  .map(({ image, value, extra, hasInfra }) =>
    group({
      [shop]: [deployment('shop', image), configMap('settings', value), ...extra],
      ...(hasInfra && { [infra]: [configMap('dns', value)] }),
    }),
  );

/** What somebody does to the cluster, or to Flux. */
const fault: fc.Arbitrary<readonly Step[]> = fc.constantFrom<readonly Step[]>(
  [annotates(configMap('settings'), { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' })],
  [annotates(configMap('settings'), { 'kustomize.toolkit.fluxcd.io/ssa': 'Ignore' })],
  [annotates(configMap('settings'), { 'kustomize.toolkit.fluxcd.io/reconcile': 'enabled' })],
  [breaksDeployment('shop')],
  [{ do: 'remove', object: configMap('settings') }],
  [{ do: 'remove', object: kept('kept') }],
  [{ do: 'patch', object: kustomization(), patch: { spec: { suspend: true } } }],
  [{ do: 'patch', object: kustomization(), patch: { spec: { suspend: false } } }],
  [
    {
      do: 'patch',
      object: kustomization(),
      patch: { spec: { images: [{ name: 'registry.example.org/shop', newTag: '9' }] } },
    },
  ],
  [{ do: 'patch', object: kustomization(), patch: { spec: { images: null } } }],
  [{ do: 'patch', object: kustomization(), patch: { spec: { path: './west-us/apps' } } }],
  [{ do: 'patch', object: kustomization(), patch: { spec: { path: './west-us' } } }],
  [annotates(kustomization(), { 'reconcile.fluxcd.io/requestedAt': '2099' })],
  [annotates(gitRepository, { 'reconcile.fluxcd.io/requestedAt': 'ci-12345' })],
  [{ do: 'fail fetches', message: 'the forge is away' }],
  [{ do: 'allow fetches' }],
  [],
);

/** One merge, and what is done around it. */
const round: fc.Arbitrary<readonly Step[]> = fc
  .record({
    faults: fc.array(fault, { maxLength: 2 }),
    tree,
    after: fc.constantFrom<readonly Step[]>(
      [],
      [{ do: 'soak if healthy', seconds: 4, mayAsk: true }],
      [{ do: 'soak if healthy', seconds: 4, mayAsk: false }],
    ),
    foreign: fc.option(tree, { freq: 3 }),
    seconds: fc.integer({ min: 4, max: 24 }),
  })
  .map(({ faults, tree: merged, after, foreign, seconds }) => [
    ...faults.flat(),
    merge(merged),
    watch(seconds),
    ...after,
    watch(6),
    ...(foreign === null ? [] : [pushForeign(foreign), watch(6)]),
  ]);

const kustomizations: fc.Arbitrary<readonly KustomizationOptions[]> = fc.constantFrom<readonly KustomizationOptions[]>(
  [{ name: 'apps' }],
  [{ name: 'apps', wait: false }],
  [{ name: 'apps', prune: false }],
  [
    { name: 'apps', path: './west-us/apps' },
    { name: 'infra', path: './west-us/infra' },
  ],
  [
    { name: 'apps', path: './west-us/apps' },
    { name: 'infra', path: './west-us/infra', dependsOn: [{ name: 'apps' }] },
  ],
);

const scene: fc.Arbitrary<Scene> = fc
  .record({ kustomizations, first: tree, rounds: fc.array(round, { minLength: 2, maxLength: 5 }) })
  .map(({ kustomizations: options, first, rounds }) => ({
    name: 'at random',
    kustomizations: options,
    steps: [merge(first), watch(12), ...rounds.flat()],
  }));

/** Makes so many scenes of a seed: the same ones each time. */
export function randomScenes(seed: number, count: number): readonly Scene[] {
  return fc
    .sample(scene, { seed, numRuns: count })
    .map((each, index) => ({ ...each, name: `${index + 1} of ${seed}` }));
}
