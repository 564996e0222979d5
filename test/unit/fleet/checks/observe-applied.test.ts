import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createFluxFleet } from '../../../../src/fleet/flux/fleet.ts';
import type { AppliedQuery, WantedKind } from '../../../../src/fleet/verify/types.ts';
import { apiServer, json, kubeconfig, list, status } from '../api-server.ts';

const source = { repository: 'https://github.com/acme/gitops', branch: 'qa' };
const repository = {
  metadata: { name: 'fleet', namespace: 'flux-system' },
  spec: { url: source.repository, ref: { branch: 'qa' } },
};
const applies = (name: string) => ({
  metadata: { name, namespace: 'flux-system', generation: 1 },
  spec: { path: './', interval: '1m', prune: true, sourceRef: { kind: 'GitRepository', name: 'fleet' } },
});
const resources = [
  { name: 'widgets', kind: 'Widget' },
  { name: 'widgets/status', kind: 'Widget' },
];
const named = (name: string) => ({ metadata: { name, namespace: 'tests' }, spec: { size: 1 } });

/** Asks a server for what its Kustomizations have applied of these kinds; notes what it was asked. */
async function observe(
  kinds: readonly WantedKind[] | AppliedQuery['kindsFor'],
  kustomizations: readonly object[] = [applies('a'), applies('b')],
  timeoutMs = 10_000,
) {
  const asked: string[] = [];
  const server = await apiServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const { pathname } = url;
    if (pathname.endsWith('/gitrepositories')) return json(response, 200, list('GitRepository', [repository]));
    if (pathname.endsWith('/kustomizations')) return json(response, 200, list('Kustomization', kustomizations));
    asked.push(`${pathname}${decodeURIComponent(url.search.replaceAll('+', ' '))} as ${request.headers.accept}`);
    if (pathname === '/apis/example.org/v1') return json(response, 200, { resources });
    if (pathname === '/api/v1') return json(response, 200, { resources: [{ name: 'configmaps', kind: 'ConfigMap' }] });
    if (pathname === '/api/v1/configmaps') return json(response, 403, status(403, 'forbidden'));
    const isFirst = url.searchParams.get('continue') === null;
    const page = { metadata: isFirst ? { continue: 'next' } : {}, items: [named(isFirst ? 'one' : 'two')] };
    return json(response, 200, { kind: 'WidgetList', ...page });
  });
  const yaml = kubeconfig({ name: 'one', server: server.url, authority: server.authority });
  const fleet = createFluxFleet({ kubeconfig: { yaml } });
  try {
    const query = { source, kindsFor: typeof kinds === 'function' ? kinds : () => kinds };
    return { asked, found: await fleet.observeApplied({ name: 'one', context: 'one' }, query, { timeoutMs }) };
  } finally {
    await server.close();
  }
}

const widgets: WantedKind = { apiVersion: 'example.org/v1', kind: 'Widget', part: 'whole' };

it('A cluster does not answer later because others work out what to read of it', async () => {
  const slowly = async () => {
    await pause(4_500);
    return [widgets];
  };
  const { found } = await observe(slowly, undefined, 4_000);
  expect(found).toMatchObject({ kind: 'reached', read: new Set(['example.org/v1 Widget']) });
});

it('A cluster of which nobody can tell what to read is not known, and not asked', async () => {
  const { found, asked } = await observe(async () => 'Judging it takes too much.');
  expect(found).toEqual({ kind: 'unreachable', why: 'Judging it takes too much.' });
  expect(asked).toEqual([]);
});

it('What Kustomizations have applied is read by its labels, a kind at a time and page by page', async () => {
  const { found, asked } = await observe([widgets]);
  expect(found).toMatchObject({
    kind: 'reached',
    objects: [
      { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'one' }, spec: { size: 1 } },
      { metadata: { name: 'two' } },
    ],
    unread: new Map(),
    read: new Set(['example.org/v1 Widget']),
    withoutStatus: new Set(),
  });
  const listed = '/apis/example.org/v1/widgets?labelSelector=kustomize.toolkit.fluxcd.io/name in (a,b)&limit=250';
  const whole = 'as application/json';
  expect(asked).toEqual([`/apis/example.org/v1 ${whole}`, `${listed} ${whole}`, `${listed}&continue=next ${whole}`]);
});

it('Metadata is asked for alone, and a kind that may not be listed is told with the rule that is missing', async () => {
  const { found, asked } = await observe([{ apiVersion: 'v1', kind: 'ConfigMap', part: 'metadata' }, widgets]);
  expect(asked[1]).toContain(' as application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
  const rule = '{ apiGroups: [""], resources: [configmaps], verbs: [list] }';
  expect(found).toMatchObject({
    unread: new Map([['v1 ConfigMap', `the kubeconfig's user may not list them: add ${rule} to its ClusterRole`]]),
    read: new Set(['example.org/v1 Widget']),
    withoutStatus: new Set(['v1 ConfigMap']),
  });
});

it('Nothing is read where no Kustomization applies the branch', async () => {
  expect((await observe([widgets], [])).asked).toEqual([]);
});
