import { describe, expect, it, vi } from 'vitest';
import { createFluxFleet } from '../../../../src/fleet/flux/fleet.ts';
import { judgeObjects } from '../../../../src/fleet/verify/judge-objects.ts';
import type { WantedObject } from '../../../../src/fleet/verify/types.ts';
import { apiServer, json, kubeconfig, list, status } from '../api-server.ts';
import { group } from '../gitops.ts';
import { soon, standIns } from '../stand-ins.ts';

const { gitops, start } = standIns();
const wanted: WantedObject = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'tests', name: 'smoke' };
const inTime = { timeoutMs: 10_000 };

function job(version: string, annotations: Readonly<Record<string, string>> = {}): string {
  const template = { spec: { containers: [{ name: 'smoke', image: `smoke:${version}` }], restartPolicy: 'Never' } };
  const metadata = { name: 'smoke', namespace: 'tests', annotations };
  return `${JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { template } })}\n`;
}

function files(value: string, smoke: string): Record<string, string> {
  return {
    ...group('west', value),
    'west/apps/shop/kustomization.yaml': 'resources: [shop.yaml, smoke.yaml]\n',
    'west/apps/shop/smoke.yaml': smoke,
  };
}

async function clusterOn(branch: string) {
  const { flux, source } = await start(branch, [{ name: 'one' }]);
  const cluster = { name: 'one', context: 'one' };
  const observe = (objects: readonly WantedObject[] = [wanted]) =>
    flux.observeObjects(cluster, { source, wanted: objects }, inTime);
  const judge = async (commit: string, since: string) =>
    judgeObjects(await observe(), { wanted: [wanted], since, acceptable: (revision) => revision === commit });
  return { observe, judge };
}

const now = () => new Date().toISOString();
const force = { 'kustomize.toolkit.fluxcd.io/force': 'enabled' };

describe('The objects of a cluster', () => {
  it('are read with their status and the labels of the Kustomization that applied them', async () => {
    const since = now();
    const commit = gitops().commit('jobs', files('v1', job('1')));
    const { observe, judge } = await clusterOn('jobs');
    await vi.waitFor(async () => expect(await judge(commit, since)).toEqual({ state: 'healthy', awaited: '' }), soon);
    const configMap: WantedObject = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'blue', name: 'shop' };
    const missing: WantedObject = { apiVersion: 'example.com/v1', kind: 'Canary', namespace: '', name: 'shop' };
    expect(await observe([wanted, configMap, missing])).toMatchObject({
      kind: 'reached',
      kustomizations: [{ name: 'west' }],
      objects: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'west' } },
          status: { succeeded: 1 },
        },
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop' } },
      ],
      unread: new Map([['example.com/v1 Canary', 'the cluster does not serve Canary of example.com/v1']]),
    });
  });

  it('of an earlier commit do not count: a Job that stays is waited for, and one that Flux makes anew counts', async () => {
    gitops().commit('again', files('v1', job('1', force)));
    const { judge, observe } = await clusterOn('again');
    await vi.waitFor(
      async () => expect(await observe()).toMatchObject({ objects: [{ status: { succeeded: 1 } }] }),
      soon,
    );
    // Kubernetes knows whole seconds: what is created in the second of a merge counts.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const since = now();
    const second = gitops().commit('again', files('v2', job('1', force)));
    await vi.waitFor(
      async () =>
        expect(await judge(second, since)).toMatchObject({
          state: 'pending',
          awaited: expect.stringContaining('Job tests/smoke is left from an earlier commit'),
        }),
      soon,
    );
    const third = gitops().commit('again', files('v2', job('2', force)));
    await vi.waitFor(async () => expect(await judge(third, since)).toMatchObject({ state: 'healthy' }), soon);
  });
});

describe('What cannot be read', () => {
  it('is told with the rule that is missing, and a list that is none makes the cluster unknown', async () => {
    let answer: unknown = status(403, 'jobs.batch is forbidden');
    const server = await apiServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://x');
      if (pathname.endsWith('/gitrepositories')) return json(response, 200, list('GitRepository', []));
      if (pathname.endsWith('/kustomizations')) return json(response, 200, list('Kustomization', []));
      if (pathname === '/apis/batch/v1')
        return json(response, 200, {
          resources: [
            { name: 'jobs/status', kind: 'Job' },
            { name: 'jobs', kind: 'Job' },
          ],
        });
      expect(decodeURIComponent(request.url ?? '')).toBe(
        '/apis/batch/v1/jobs?fieldSelector=metadata.name=smoke&limit=250',
      );
      return json(response, (answer as { code?: number }).code ?? 200, answer);
    });
    const yaml = kubeconfig({ name: 'one', server: server.url, authority: server.authority });
    const fleet = createFluxFleet({ kubeconfig: { yaml } });
    const source = { repository: 'https://github.com/acme/gitops', branch: 'qa' };
    const look = () => fleet.observeObjects({ name: 'one', context: 'one' }, { source, wanted: [wanted] }, inTime);
    try {
      expect(await look()).toMatchObject({
        kind: 'reached',
        unread: new Map([
          [
            'batch/v1 Job',
            "the kubeconfig's user may not list them: add { apiGroups: [batch], resources: [jobs], verbs: [list] } to its ClusterRole",
          ],
        ]),
      });
      answer = { kind: 'JobList', items: 'none' };
      expect(await look()).toMatchObject({
        kind: 'unreachable',
        why: expect.stringContaining('answers with something that is not a list of jobs'),
      });
    } finally {
      await server.close();
    }
  });
});
