import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { REQUESTED_AT } from '../../../../fakes/flux/controllers/flux-types.ts';
import { startFleet } from '../../../../fakes/flux/start.ts';
import type { RunningFleet } from '../../../../fakes/flux/types.ts';
import { type Check, fluxCrds } from '../../../support/flux-crds.ts';
import { gitToken, quick } from '../../fleet/gitops.ts';

const KUSTOMIZATIONS = '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';
const SOURCES = '/apis/source.toolkit.fluxcd.io/v1/gitrepositories';
const WEST = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/west';

let crds: { readonly kustomization: Check; readonly gitRepository: Check };
let fleet: RunningFleet;

beforeAll(async () => {
  crds = await fluxCrds();
  fleet = await startFleet({
    clusters: [
      {
        name: 'one',
        environment: 'qa',
        gitops: { url: 'http://127.0.0.1:1/gitops.git', branch: 'dev' },
        paths: ['west', 'east', 'north'],
      },
    ],
    gitToken,
    timings: quick,
  });
});
afterAll(() => fleet.close());

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what an API answers is looked at field by field.
  readonly body: any;
}

interface Call {
  readonly method?: string;
  readonly body?: object;
  readonly type?: string;
  readonly token?: string;
}

function call(
  path: string,
  { method = 'GET', body, type = 'application/merge-patch+json', token }: Call = {},
): Promise<Answer> {
  const config = parse(fleet.kubeconfig);
  const { server, 'certificate-authority-data': authority } = config.clusters[0].cluster;
  const headers = { Authorization: `Bearer ${token ?? config.users[0].user.token}`, 'Content-Type': type };
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server}${path}`,
      { method, headers, ca: Buffer.from(authority, 'base64') },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = response.headers['content-type'] === 'application/json';
        resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
      },
    );
    sent.on('error', reject).end(body && JSON.stringify(body));
  });
}

describe("the stand-in's API", () => {
  test('lists objects that the CRDs allow', async () => {
    const kustomizations = await call(KUSTOMIZATIONS);
    const sources = await call(SOURCES);
    expect(kustomizations.body).toMatchObject({
      kind: 'KustomizationList',
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    });
    expect(kustomizations.body.items).toHaveLength(3);
    expect(kustomizations.body.items.flatMap(crds.kustomization)).toEqual([]);
    expect(sources.body.items.flatMap(crds.gitRepository)).toEqual([]);
  });

  test('lists in pages that together are the whole', async () => {
    const whole = await call(KUSTOMIZATIONS);
    const names: string[] = [];
    for (let next = ''; ; ) {
      const page = await call(`${KUSTOMIZATIONS}?limit=2&continue=${next}`);
      names.push(...page.body.items.map((each: { metadata: { name: string } }) => each.metadata.name));
      next = page.body.metadata.continue;
      if (!next) break;
      expect(page.body.metadata.remainingItemCount).toBe(1);
    }
    expect(names).toEqual(whole.body.items.map((each: { metadata: { name: string } }) => each.metadata.name));
    expect((await call(`${KUSTOMIZATIONS}?limit=2&continue=rubbish`)).status).toBe(400);
  });

  test('merges an annotation without touching the generation, and a change of the spec counts', async () => {
    const before = await call(WEST);
    expect(crds.kustomization(before.body)).toEqual([]);
    const annotations = { [REQUESTED_AT]: 'now', other: 'x' };
    const annotated = await call(WEST, { method: 'PATCH', body: { metadata: { annotations } } });
    expect(annotated.body.metadata).toMatchObject({ annotations, generation: before.body.metadata.generation });
    const removed = await call(WEST, { method: 'PATCH', body: { metadata: { annotations: { other: null } } } });
    expect(removed.body.metadata.annotations).toEqual({ [REQUESTED_AT]: 'now' });
    const suspended = await call(WEST, { method: 'PATCH', body: { spec: { suspend: true } } });
    expect(suspended.body.metadata.generation).toBe(before.body.metadata.generation + 1);
    expect(crds.kustomization(suspended.body)).toEqual([]);
  });

  test.each<[string, [string, Call], number]>([
    ['no token', [KUSTOMIZATIONS, { token: 'guess' }], 401],
    ['a kind that it does not have', ['/apis/example.org/v1/things', {}], 404],
    ['an object that it does not have', [`${WEST}-coast`, {}], 404],
    ['a patch in another form', [WEST, { method: 'PATCH', body: {}, type: 'application/json' }], 415],
    ['a method that it does not have', [WEST, { method: 'DELETE' }], 405],
    ['a watch', [`${KUSTOMIZATIONS}?watch=true`, {}], 405],
  ])('refuses %s', async (_, [path, how], status) => {
    expect((await call(path, how)).status).toBe(status);
  });

  test('answers what kubectl asks before it gets something', async () => {
    expect((await call('/version')).body.gitVersion).toMatch(/^v1\.\d+/);
    expect((await call('/api')).body.versions).toEqual(['v1']);
    expect((await call('/api/v1')).body.resources).toEqual([]);
    const groups = (await call('/apis')).body.groups.map(({ name }: { name: string }) => name);
    expect(groups).toEqual(['source.toolkit.fluxcd.io', 'kustomize.toolkit.fluxcd.io']);
    expect((await call('/apis/kustomize.toolkit.fluxcd.io/v1')).body.resources).toMatchObject([
      { name: 'kustomizations', kind: 'Kustomization', namespaced: true, shortNames: ['ks'] },
    ]);
    expect((await call('/healthz')).body).toBe('ok');
  });
});
