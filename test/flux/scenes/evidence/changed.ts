import type { KubeObject } from '../../kubernetes/objects.ts';
import type { KustomizationOptions, Scene } from '../scene.ts';
import { annotated, configMap, expects, merge, shopWith } from '../write.ts';

/** Kustomizations that rename, move or label what they apply, which is no reason to wait for ever. */
export const changedScenes: readonly Scene[] = [
  scene('`namePrefix` and `nameSuffix`', { namePrefix: 'eu-', nameSuffix: '-1' }, [configMap('eu-settings-1')]),
  scene('`commonMetadata`', { commonMetadata: { annotations: { team: 'shop' } } }, [
    annotated(configMap('settings'), { team: 'shop' }),
  ]),
  {
    ...scene('`targetNamespace`', { targetNamespace: '$NAMESPACE' }, [configMap('settings')]),
    steps: [merge(shopWith(inNamespace(configMap('settings'), 'elsewhere'))), expects('healthy')],
  },
  {
    ...scene('`postBuild`', { postBuild: { substitute: { shop_name: 'west' } } }, [configMap('settings-west')]),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is for Flux to fill in.
    steps: [merge(shopWith(configMap('settings-${shop_name}'))), expects('healthy')],
  },
];

function scene(field: string, spec: object, becomes: readonly KubeObject[]): Scene {
  const kustomizations: readonly KustomizationOptions[] = [{ name: 'apps', ...spec }];
  return {
    name: `what ${field} of the Kustomization makes of the objects is healthy`,
    kustomizations,
    becomes,
    steps: [merge(shopWith(configMap('settings'))), expects('healthy')],
  };
}

function inNamespace(object: KubeObject, namespace: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}
