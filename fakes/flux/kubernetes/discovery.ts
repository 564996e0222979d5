import type { ObjectStore } from './object-store.ts';

export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
}

const FLUX: readonly Resource[] = [
  { ...resource('source.toolkit.fluxcd.io/v1', 'GitRepository', true), shortNames: ['gitrepo'] },
  { ...resource('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', true), shortNames: ['ks'] },
];

/** Answers the kinds that the cluster serves: Flux's, and those of which there are objects. */
export function resources(store: ObjectStore, flux: boolean): readonly Resource[] {
  const found = new Map((flux ? FLUX : []).map((each) => [`${each.group}/${each.kind}`, each]));
  for (const { apiVersion, kind, metadata } of store.all()) {
    const each = resource(apiVersion, kind, metadata.namespace !== undefined);
    const key = `${each.group}/${each.kind}`;
    if (!found.has(key)) found.set(key, each);
  }
  return [...found.values()];
}

/** Answers `/version`, `/healthz`, `/api`, `/apis` and below, as far as `kubectl get` asks. */
export function discovery(path: string, served: readonly Resource[]): object | string | undefined {
  if (['/healthz', '/livez', '/readyz'].includes(path)) return 'ok';
  if (path === '/version') return { major: '1', minor: '34', gitVersion: 'v1.34.0', platform: 'linux/amd64' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(served) };
  const [, prefix, ...rest] = path.split('/');
  const groupVersion = prefix === 'api' ? rest.join('/') : rest.slice(0, 2).join('/');
  const depth = prefix === 'api' ? 1 : 2;
  if ((prefix !== 'api' && prefix !== 'apis') || rest.length !== depth) return undefined;
  const inVersion = served.filter((each) => versionOf(each) === groupVersion);
  return inVersion.length === 0 && groupVersion !== 'v1'
    ? undefined
    : { ...list(groupVersion), resources: inVersion.map(entry) };
}

function list(groupVersion: string): object {
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion };
}

function entry({ plural, kind, namespaced, shortNames }: Resource): object {
  const verbs = ['get', 'list', 'patch'];
  return { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs, ...(shortNames && { shortNames }) };
}

function groups(served: readonly Resource[]): readonly object[] {
  const names = new Set(served.map((each) => each.group).filter((group) => group !== ''));
  return [...names].map((name) => {
    const versions = [...new Set(served.filter((each) => each.group === name).map(versionOf))];
    const entries = versions.map((groupVersion) => ({ groupVersion, version: groupVersion.split('/')[1] }));
    return { name, versions: entries, preferredVersion: entries[0] };
  });
}

function versionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

function resource(apiVersion: string, kind: string, namespaced: boolean): Resource {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, kind, namespaced, plural: pluralOf(kind) };
}

function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular.endsWith('y')) return `${singular.slice(0, -1)}ies`;
  return singular.endsWith('s') ? `${singular}es` : `${singular}s`;
}
