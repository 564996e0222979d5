import { describe, expect, test } from 'vitest';
import { chartFiles, helmReleaseKind } from '../../flux/helm/release.ts';
import type { KubeClient } from '../../flux/kubernetes/client.ts';
import { type KubeObject, pathOf } from '../../flux/kubernetes/objects.ts';
import { whyNotAsCommitted } from '../../flux/play/oracle.ts';
import { configMap, deployment } from '../../flux/scenes/write.ts';

const available = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };

describe('the oracle finds nothing wrong', () => {
  test('where objects and workloads are as committed', async () => {
    expect(await complaints([configMap('a'), deployment('b')], [configMap('a'), live(deployment('b'))])).toEqual([]);
  });

  test('where one of several commits is there', async () => {
    const client = clusterOf([configMap('a', '2')]);
    const commits = ['1', '2'].map((value) => ({ objects: [configMap('a', value)], gone: [] }));
    expect(await whyNotAsCommitted(client, commits)).toEqual([]);
  });
});

describe('the oracle complains of', () => {
  test.each<[string, KubeObject | undefined, string]>([
    ['an object that is not there', undefined, 'Deployment b is not there'],
    ['another content', live(deployment('b', 'other:1')), 'Deployment b differs from the commit at .spec.template'],
    ['an object that goes', live(deployment('b'), {}, { deletionTimestamp: 'now' }), 'Deployment b is being deleted'],
    ['a controller that is late', live(deployment('b'), { observedGeneration: 0 }), 'has not been looked at'],
    ['old pods', live(deployment('b'), { replicas: 2 }), 'Deployment b has not been rolled out'],
    ['missing pods', live(deployment('b'), { availableReplicas: 0 }), '0 of 1 replicas available'],
  ])('%s', async (_, found, complaint) => {
    const said = await complaints([deployment('b')], found ? [found] : []);
    expect(said.join()).toContain(complaint);
  });

  test.each<[string, object | undefined, string]>([
    ['a HelmRelease that has released nothing', undefined, 'HelmRelease web has not released the commit'],
    ['one that has released other values', { value: '1', content: '2' }, "the commit's value"],
    ['one that has released another chart', { value: '2', content: '1' }, "the commit's content"],
    ['no HelmRelease that has released the commit', { value: '2', content: '2' }, ''],
  ])('%s', async (_, data, complaint) => {
    const spec = { chart: { spec: { chart: './charts/web' } }, values: { value: '2' } };
    const release = { ...helmReleaseKind, metadata: { name: 'web' }, spec };
    const released = { ...configMap('web-release'), metadata: { name: 'web-release', namespace: '' }, data };
    const client = clusterOf([release, ...(data ? [released] : [])]);
    const said = await whyNotAsCommitted(client, [
      { objects: [release], files: chartFiles('charts/web', '2'), gone: [] },
    ]);
    expect(said.join()).toContain(complaint);
    expect(said).toHaveLength(complaint === '' ? 0 : 1);
  });

  test('what an earlier commit left behind', async () => {
    const client = clusterOf([configMap('old')]);
    const said = await whyNotAsCommitted(client, [{ objects: [], gone: [configMap('old')] }]);
    expect(said).toEqual(['ConfigMap old was removed and is still there']);
  });

  test('a cluster for which there is no commit', async () => {
    expect(await whyNotAsCommitted(clusterOf([]), [])).toEqual(['there is no commit']);
  });
});

function complaints(wanted: readonly KubeObject[], found: readonly KubeObject[]) {
  return whyNotAsCommitted(clusterOf(found), [{ objects: wanted, gone: [] }]);
}

function clusterOf(objects: readonly KubeObject[]): KubeClient {
  const get = async (ref: Parameters<KubeClient['get']>[0]) => objects.find((each) => pathOf(each) === pathOf(ref));
  return { get } as KubeClient;
}

function live(object: KubeObject, status: object = {}, metadata: object = {}): KubeObject {
  return {
    ...object,
    metadata: { ...object.metadata, generation: 1, ...metadata },
    status: { ...available, ...status },
  };
}
