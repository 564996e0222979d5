import { type ZodType, z } from 'zod';
import { bytesText } from '../../platform/limits.ts';
import {
  type ClusterRequest,
  exchange,
  RefusedRequest,
  type RequestLimits,
  type ServerConnection,
  statusOf,
  UnexpectedAnswer,
} from './http.ts';
import type { Access, Resource, ResourceFor } from './resources.ts';
import { nextPage } from './schemas.ts';

/** The part of a cluster's API that is used here. */
export interface ClusterApi {
  /**
   * Lists all objects of a kind in all namespaces, page by page, checked against the schema. Of each page stays what
   * `read` makes of it. The snapshot may expire between pages on a busy cluster; then the list starts again, once.
   */
  list<T, R>(resource: ResourceFor<'list'>, page: PageReader<T, R>): Promise<readonly R[]>;
  /** Sets annotations of an object. */
  annotate(
    resource: ResourceFor<'patch'>,
    object: { readonly namespace: string; readonly name: string },
    annotations: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Reads what the API answers at a path, with its query. Nothing of it is checked. */
  read(path: string, part?: Pick<ClusterRequest, 'metadataOnly'>): Promise<unknown>;
  /** Answers whether the kubeconfig's user has a permission, in all namespaces. It changes nothing, and everybody may ask. */
  isAllowed(access: Access): Promise<boolean>;
  /** Answers whether this is a Kubernetes API server at all: a proxy in between answers 404 as well. */
  isKubernetes(): Promise<boolean>;
  /** What the API server calls the time now, milliseconds since 1970, to a second; undefined: it has not said. */
  time(): number | undefined;
}

/** How a page of a list is read. */
export interface PageReader<T, R> {
  readonly schema: ZodType<T>;
  readonly read: (objects: readonly T[]) => readonly R[];
}

const PAGE = 250;
/** Beyond what Flux manages on one cluster: a server that never ends its list, or sends more than was asked for, is not believed. */
const MOST_OBJECTS = 20_000;
/** The most that one look reads, in bytes: what is made of it stays in memory until the look has ended. */
const MOST_BYTES = 128 * 1024 * 1024;
/** The most values in it, each of some fifty bytes beside its text. */
const MOST_VALUES = 4_000_000;
/** What a look reads at the same time as any number of others, in bytes. */
const LITTLE_BYTES = 4 * 1024 * 1024;

const listSchema = z.object({
  kind: z.string().endsWith('List'),
  metadata: nextPage,
  items: z.array(z.unknown()),
});

const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

/** Opens the API at the end of a connection. Errors are those of `exchange`. */
export function clusterApi(connection: ServerConnection, limits: RequestLimits): ClusterApi {
  let heard: { readonly time: number; readonly at: number } | undefined;
  let [read, values] = [0, 0];
  const ask = async (request: Omit<ClusterRequest, 'littleBytes'>): Promise<unknown> => {
    const littleBytes = Math.max(0, LITTLE_BYTES - read);
    const answer = await exchange(connection, { ...request, littleBytes }, limits);
    const { json, time } = answer;
    read += answer.bytes;
    values += answer.values;
    if (read > MOST_BYTES) throw new UnexpectedAnswer(`answers with more than ${bytesText(MOST_BYTES)} at one look`);
    if (values > MOST_VALUES)
      throw new UnexpectedAnswer(`answers with more than ${MOST_VALUES.toLocaleString('en')} values at one look`);
    if (time !== undefined) heard = { time, at: performance.now() };
    return json;
  };
  const readPage = async (resource: Resource, from: string | undefined) => {
    const query = new URLSearchParams({ limit: String(PAGE), ...(from && { continue: from }) });
    const access = { verb: 'list', resource } as const;
    const path = `${rootOf(resource)}/${resource.plural}?${query}`;
    const answer = await ask({ method: 'GET', path, access });
    return checkAnswer(listSchema, answer, `a list of ${resource.plural}`);
  };
  const readAll = async <T, R>(resource: Resource, { schema, read }: PageReader<T, R>): Promise<readonly R[]> => {
    const found: R[] = [];
    let from: string | undefined;
    let left = MOST_OBJECTS;
    for (let pages = 0; pages < MOST_OBJECTS / PAGE; pages += 1) {
      const { items, metadata } = await readPage(resource, from);
      left -= items.length;
      if (left < 0) break;
      found.push(...read(items.map((each) => checkAnswer(schema, each, `one of its ${resource.plural}`))));
      if (!metadata.continue) return found;
      from = metadata.continue;
    }
    throw new UnexpectedAnswer(`lists more than ${MOST_OBJECTS} ${resource.plural}`);
  };

  return {
    async list(resource, page) {
      try {
        return await readAll(resource, page);
      } catch (error) {
        if (statusOf(error) !== 410) throw error;
        return readAll(resource, page);
      }
    },
    async annotate(resource, { namespace, name }, annotations) {
      const place = `namespaces/${encodeURIComponent(namespace)}/${resource.plural}/${encodeURIComponent(name)}`;
      const path = `${rootOf(resource)}/${place}?fieldManager=fairlead`;
      const access = { verb: 'patch', resource } as const;
      await ask({ method: 'PATCH', path, body: { metadata: { annotations } }, access });
    },
    read: (path, part) => ask({ method: 'GET', path, ...part }),
    async isAllowed({ verb, resource: { group, plural } }) {
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb, group, resource: plural } },
      };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const answer = await ask({ method: 'POST', path, body });
      return checkAnswer(reviewSchema, answer, 'a SelfSubjectAccessReview').status.allowed;
    },
    async isKubernetes() {
      try {
        const answer = await ask({ method: 'GET', path: '/version' });
        return z.object({ gitVersion: z.string() }).safeParse(answer).success;
      } catch (error) {
        const isAnswer = error instanceof RefusedRequest || error instanceof UnexpectedAnswer;
        if (!isAnswer && !(error instanceof SyntaxError)) throw error;
        return false;
      }
    },
    time: () => heard && heard.time + (performance.now() - heard.at),
  };
}

/** Answers the path below which a group is served; the core group has an older one. */
function rootOf({ group, version }: Resource): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

function checkAnswer<T>(schema: ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new UnexpectedAnswer(`answers with something that is not ${what}${place} (${issue?.message ?? 'unknown'})`);
}
