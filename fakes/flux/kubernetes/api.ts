import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClusterOptions, KubeObject } from '../types.ts';
import { type Answer, notFound, type Refusal, refuse } from './answers.ts';
import { discovery, type Resource, resources } from './discovery.ts';
import { mergePatch } from './merge-patch.ts';
import type { ObjectStore } from './object-store.ts';
import { page } from './paging.ts';

export interface ApiOptions {
  readonly store: ObjectStore;
  readonly token: string;
  readonly flux: boolean;
  readonly permissions: ClusterOptions['permissions'];
}

const LARGEST_BODY = 1024 * 1024;

/** Answers as a Kubernetes API server does, for reading objects and for merge patches of them. */
export async function handle(options: ApiOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await answerTo(options, request).catch((error: unknown) =>
    refuse(500, 'InternalError', error instanceof Error ? error.message : String(error)),
  );
  const isText = typeof answer.body === 'string';
  response.writeHead(answer.status, { 'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json' });
  response.end(isText ? answer.body : JSON.stringify(answer.body));
}

async function answerTo(options: ApiOptions, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://cluster');
  if (!isAuthorised(options.token, request.headers.authorization)) return refuse(401, 'Unauthorized', 'Unauthorized');
  const served = resources(options.store, options.flux);
  const general = discovery(url.pathname, served);
  if (general) return { status: 200, body: general };
  if (request.method === 'POST' && url.pathname === accessReviews) return review(options, request);
  const target = locate(url.pathname, served);
  if (!target) return notFound();
  if (request.method === 'GET') return readTarget(options, target, url.searchParams);
  if (request.method === 'PATCH') return patch(options, target, request);
  return refuse(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

const accessReviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** Answers whether the kubeconfig's user may do something, as `kubectl auth can-i` asks. */
async function review({ permissions }: ApiOptions, request: IncomingMessage): Promise<Answer> {
  const asked = (await bodyOf(request)) as {
    readonly spec: { readonly resourceAttributes: { readonly verb: string; readonly resource: string } };
  };
  const { verb, resource } = asked.spec.resourceAttributes;
  const mayPatch = permissions?.patch?.includes(resource) !== false;
  const allowed = verb === 'patch' ? mayPatch : verb === 'list' && mayList(permissions, resource);
  return { status: 201, body: { ...asked, status: { allowed } } };
}

function mayList(permissions: ApiOptions['permissions'], plural: string): boolean {
  return permissions?.list !== false && permissions?.unlisted?.includes(plural) !== true;
}

function isAuthorised(token: string, header = ''): boolean {
  const [given, wanted] = [Buffer.from(header), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** Reads a path: `/apis/<group>/<version>[/namespaces/<namespace>]/<plural>[/<name>]`; `/api/v1` for the core group. */
function locate(path: string, served: readonly Resource[]): Target | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [group, version, ...rest] = parts[0] === 'api' ? ['', ...parts.slice(1)] : parts.slice(1);
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [plural, name] = namespaced ? rest.slice(2) : rest;
  const resource = served.find((each) => each.group === group && each.version === version && each.plural === plural);
  return resource && { resource, namespace: namespaced ? rest[1] : undefined, name };
}

function readTarget({ store, permissions }: ApiOptions, target: Target, query: URLSearchParams): Answer {
  const { resource, namespace, name } = target;
  if (!mayList(permissions, resource.plural)) return forbidden(name === undefined ? 'list' : 'get', resource);
  if (query.get('watch') === 'true') return refuse(405, 'MethodNotAllowed', 'this cluster does not serve watches');
  const objects = select(store, target);
  if (name === undefined) {
    const inNamespace = objects.filter((each) => namespace === undefined || each.metadata.namespace === namespace);
    return page(resource, { objects: inNamespace, resourceVersion: store.resourceVersion() }, query);
  }
  const [object] = objects;
  return object ? { status: 200, body: object } : missing(resource, name);
}

async function patch({ store, permissions }: ApiOptions, target: Target, request: IncomingMessage): Promise<Answer> {
  const { resource, name = '' } = target;
  if (permissions?.patch && !permissions.patch.includes(resource.plural)) return forbidden('patch', resource);
  if (!request.headers['content-type']?.startsWith('application/merge-patch+json')) {
    const supported = 'application/merge-patch+json';
    return refuse(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${supported}`,
    );
  }
  const [object] = select(store, target);
  if (!object) return missing(resource, name);
  const changed = mergePatch(object, await bodyOf(request)) as KubeObject;
  return { status: 200, body: store.put({ ...changed, status: object.status }) };
}

function select(store: ObjectStore, { resource, namespace, name }: Target): readonly KubeObject[] {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  const isOfKind = (each: KubeObject) => each.apiVersion === apiVersion && each.kind === resource.kind;
  const isNamed = ({ metadata }: KubeObject) =>
    name === undefined || (metadata.name === name && metadata.namespace === namespace);
  return store.all().filter((each) => isOfKind(each) && isNamed(each));
}

function missing({ group, plural }: Resource, name: string): Refusal {
  return refuse(404, 'NotFound', `${group === '' ? plural : `${plural}.${group}`} "${name}" not found`);
}

function forbidden(verb: string, { group, plural }: Resource): Refusal {
  const resource = group === '' ? plural : `${plural}.${group}`;
  const what = `cannot ${verb} resource "${plural}" in API group "${group}" at the cluster scope`;
  return refuse(403, 'Forbidden', `${resource} is forbidden: User "fairlead" ${what}`);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST_BODY) throw new Error('the request is too large');
    chunks.push(bytes);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
