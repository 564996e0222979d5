import type { Coverage, Scene, Step, Verdict } from '../scene.ts';
import {
  annotates,
  configMap,
  deployment,
  expects,
  kustomization,
  merge,
  missingImage,
  remains,
  shop,
  shopWith,
} from '../write.ts';

/** What is green or not under `inventory` and `path`; under `strict` none of it is. */
interface Relaxation extends Omit<Scene, 'steps' | 'coverage'> {
  readonly before: readonly Step[];
  readonly inventory: Outcome;
  /** Undefined: nothing of it shows there. */
  readonly path?: Outcome;
}

/** The verdict, and what its sentence says. */
type Outcome = readonly [Verdict, ...string[]];

const green: Outcome = ['healthy'];
const second = 'registry.example.org/shop:2';
const leavesOut = `$patch: delete\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n`;

const relaxations: readonly Relaxation[] = [
  {
    name: '`images` of the Kustomization',
    kustomizations: [{ name: 'apps', images: [{ name: 'registry.example.org/shop', newTag: '0' }] }],
    before: [merge(shopWith(deployment('shop')))],
    inventory: green,
    path: green,
  },
  {
    name: 'an object that another Kustomization applies as well, and otherwise',
    kustomizations: [{ name: 'apps' }, { name: 'legacy', path: './legacy', interval: '5s' }],
    before: [
      merge({
        ...shopWith(deployment('shop'), configMap('settings')),
        'legacy/objects.yaml': [configMap('settings', '2')],
      }),
      { do: 'wait', seconds: 10 },
    ],
    inventory: green,
  },
  {
    name: 'a removed object that Flux leaves on the cluster',
    before: [
      merge(shopWith(deployment('shop'), configMap('old'))),
      expects('healthy'),
      annotates(configMap('old'), { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' }),
      merge(shopWith(deployment('shop', second))),
    ],
    inventory: green,
    path: green,
  },
  {
    name: 'an object that `$patch: delete` leaves out',
    kustomizations: [
      { name: 'apps', patches: [{ target: { kind: 'ConfigMap', name: 'settings' }, patch: leavesOut }] },
    ],
    before: [merge(shopWith(deployment('shop'), configMap('settings')))],
    inventory: ['pending', 'Flux has not applied ConfigMap $NAMESPACE/settings', 'spec.patches'],
    path: green,
  },
  {
    name: 'an object that says `reconcile: disabled` on the cluster',
    before: [
      merge(shopWith(deployment('shop'), configMap('settings'))),
      expects('healthy'),
      annotates(configMap('settings'), { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' }),
      merge(shopWith(deployment('shop', second), configMap('settings', '2'))),
    ],
    inventory: ['pending', 'Flux has not applied ConfigMap $NAMESPACE/settings', 'reconcile: disabled'],
    path: green,
  },
  {
    name: 'a Kustomization without an inventory',
    before: [
      merge(shopWith(deployment('shop'))),
      expects('healthy'),
      { do: 'patch', object: kustomization(), patch: { status: { inventory: null } }, subresource: 'status' },
    ],
    inventory: ['pending', 'no inventory', 'coverage: path'],
    path: green,
  },
  {
    name: 'a Kustomization without health checks',
    kustomizations: [{ name: 'apps', wait: false }],
    before: [merge(shopWith(deployment('shop', missingImage)))],
    inventory: ['pending', `Health not evaluated for ${shop}`],
    path: ['pending', `Health not evaluated for ${shop}`],
  },
  {
    name: 'a path that leaves out the leaf',
    kustomizations: [{ name: 'apps', path: './west-us/infra' }],
    before: [merge({ ...shopWith(deployment('shop')), 'west-us/infra/objects.yaml': [configMap('dns')] })],
    inventory: ['pending', `No Kustomization applies ${shop}`],
    path: ['pending', `No Kustomization applies ${shop}`],
  },
  {
    name: 'a workload that is not available',
    before: [merge(shopWith(deployment('shop', missingImage)))],
    inventory: ['pending', 'is applying'],
    path: ['pending', 'is applying'],
  },
];

/** What `coverage: inventory` and `coverage: path` take for green, and what they do not. */
export const relaxedScenes: readonly Scene[] = (['inventory', 'path'] as const).flatMap((coverage) =>
  relaxations.flatMap(({ inventory, path, ...each }) => relaxed(each, coverage, { inventory, path }[coverage])),
);

function relaxed(
  { name, before, ...scene }: Omit<Relaxation, 'inventory' | 'path'>,
  coverage: Exclude<Coverage, 'strict'>,
  outcome: Outcome | undefined,
): readonly Scene[] {
  if (outcome === undefined) return [];
  const [state, ...says] = outcome;
  const last: readonly Step[] = [expects(state, { says }), ...(state === 'pending' ? [remains(state)] : [])];
  const title = `under \`coverage: ${coverage}\` ${name} is ${state === 'healthy' ? 'green' : 'not green'}`;
  return [{ ...scene, name: title, coverage, steps: [...before, ...last] }];
}
