import { KubeConfig } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { mergeKubeconfigs } from '../../../demo/fleet/flux/kubeconfig.ts';
import { kubeconfigText } from '../../flux/cluster/credentials.ts';

test('a merged kubeconfig has every context, each with its own cluster and user', () => {
  const one = kubeconfigText('one', 'https://127.0.0.1:1', { certificate: 'c1', token: 't1' });
  const other = kubeconfigText('other', 'https://127.0.0.1:2', { certificate: 'c2', token: 't2' });
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromString(mergeKubeconfigs([one, other]));
  const found = ['one', 'other'].map((context) => {
    kubeconfig.setCurrentContext(context);
    const cluster = kubeconfig.getCurrentCluster();
    return [cluster?.server, cluster?.caData, kubeconfig.getCurrentUser()?.token];
  });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  expect(found).toEqual([
    ['https://127.0.0.1:1', base64('c1'), 't1'],
    ['https://127.0.0.1:2', base64('c2'), 't2'],
  ]);
});
