import { Agent, request } from 'node:https';
import { type KubeObject, nameOf, type ObjectRef, pathOf, pathOfKind } from './objects.ts';

/**
 * A client of the rig's own for one API server. It shares nothing with the product's, so that what it sees is a second
 * opinion.
 */
export interface KubeClient {
  isReady(): Promise<boolean>;
  /** Answers undefined where there is no such object. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** Lists a kind's objects in all namespaces; none where the kind is not known. */
  list(kind: { readonly apiVersion: string; readonly kind: string }): Promise<readonly KubeObject[]>;
  /** Applies on the server's side, as a user of kubectl would. */
  apply(object: KubeObject): Promise<void>;
  /** Merges a patch (RFC 7386), into the status where that is asked for. */
  patch(ref: ObjectRef, patch: object, subresource?: 'status'): Promise<void>;
  /** Answers without waiting for the end of the deletion; what is not there is deleted. */
  remove(ref: ObjectRef): Promise<void>;
  /** Makes a token by which a ServiceAccount is known. */
  tokenOf(serviceAccount: ObjectRef): Promise<string>;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly type?: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const timeoutMs = 15_000;

/** Opens an API server for the holder of a token. */
export function kubeClient(url: string, login: { readonly certificate: string; readonly token: string }): KubeClient {
  const agent = new Agent({ keepAlive: true, ca: login.certificate, maxSockets: 32 });
  const send = (call: Call) => sendCall({ url, agent, token: login.token }, call);
  const succeed = async (call: Call, what: string) => {
    const answer = await send(call);
    if (answer.status >= 300) throw new Error(`${call.method} ${what}: ${answer.status} ${messageOf(answer.body)}`);
    return answer;
  };
  return {
    async isReady() {
      const answer = await send({ method: 'GET', path: '/readyz' }).catch(() => undefined);
      return answer?.status === 200;
    },
    async get(ref) {
      const answer = await send({ method: 'GET', path: pathOf(ref) });
      if (answer.status === 404) return undefined;
      if (answer.status >= 300) throw new Error(`GET ${nameOf(ref)}: ${answer.status} ${messageOf(answer.body)}`);
      return JSON.parse(answer.body) as KubeObject;
    },
    async list(kind) {
      const answer = await send({ method: 'GET', path: pathOfKind(kind) });
      if (answer.status === 404) return [];
      if (answer.status >= 300) throw new Error(`GET ${kind.kind}: ${answer.status} ${messageOf(answer.body)}`);
      const { items } = JSON.parse(answer.body) as { readonly items: readonly KubeObject[] };
      return items;
    },
    async apply(object) {
      const path = `${pathOf(object)}?fieldManager=flux-rig&force=true`;
      await succeed({ method: 'PATCH', path, body: object, type: 'application/apply-patch+yaml' }, nameOf(object));
    },
    async patch(ref, patch, subresource) {
      const path = `${pathOf(ref)}${subresource === undefined ? '' : `/${subresource}`}?fieldManager=flux-rig`;
      await succeed({ method: 'PATCH', path, body: patch, type: 'application/merge-patch+json' }, nameOf(ref));
    },
    async remove(ref) {
      const answer = await send({ method: 'DELETE', path: `${pathOf(ref)}?propagationPolicy=Background` });
      if (answer.status >= 300 && answer.status !== 404)
        throw new Error(`DELETE ${nameOf(ref)}: ${answer.status} ${messageOf(answer.body)}`);
    },
    async tokenOf(ref) {
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
      const answer = await succeed({ method: 'POST', path: `${pathOf(ref)}/token`, body }, `token of ${nameOf(ref)}`);
      return (JSON.parse(answer.body) as { readonly status: { readonly token: string } }).status.token;
    },
  };
}

function sendCall(
  { url, agent, token }: { readonly url: string; readonly agent: Agent; readonly token: string },
  { method, path, body, type = 'application/json' }: Call,
): Promise<Answer> {
  const headers = { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': type }) };
  return new Promise((resolve, reject) => {
    const call = request(`${url}${path}`, { method, agent, headers, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    call.once('timeout', () => call.destroy(new Error(`${url} did not answer within ${timeoutMs / 1000} s`)));
    call.once('error', reject);
    call.end(body && JSON.stringify(body));
  });
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { readonly message?: string }).message ?? body;
  } catch {
    return body;
  }
}
