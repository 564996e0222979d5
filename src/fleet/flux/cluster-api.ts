import {
  CustomObjectsApi,
  createConfiguration,
  type KubeConfig,
  PatchStrategy,
  ServerConfiguration,
  setHeaderOptions,
  VersionApi,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import { type ZodType, z } from 'zod';
import { boundedHttp, UnexpectedAnswer } from './http.ts';

/** A kind of objects that a cluster serves. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** Names a resource as people search for it: `kustomizations.kustomize.toolkit.fluxcd.io/v1`. */
export function resourceName({ group, version, plural }: Resource): string {
  return `${plural}.${group}/${version}`;
}

/** The part of a cluster's API that is used here. */
export interface ClusterApi {
  /**
   * Lists all objects of a kind in all namespaces, page by page, checked against the schema. The snapshot may expire
   * between pages on a busy cluster; then the list starts again, once.
   */
  list<T>(resource: Resource, item: ZodType<T>): Promise<readonly T[]>;
  annotate(
    resource: Resource,
    object: { readonly namespace: string; readonly name: string },
    annotations: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** Answers whether this is a Kubernetes API server at all: a proxy in between answers 404 as well. */
  isKubernetes(): Promise<boolean>;
}

const PAGE = 250;
/** 20,000 objects, beyond what Flux manages on one cluster: a server that never ends its list is not believed. */
const MOST_PAGES = 80;

const listSchema = z.object({
  kind: z.string().endsWith('List'),
  metadata: z.object({ continue: z.string().nullish() }),
  items: z.array(z.unknown()),
});

/**
 * Opens the API of the current context's cluster; every call ends with the signal. Errors are client-node's and
 * fetch's.
 */
export function clusterApi(config: KubeConfig, signal: AbortSignal): ClusterApi {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error('the kubeconfig has no current cluster');
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: config },
    httpApi: wrapHttpLibrary(boundedHttp(signal)),
  });
  const objects = new CustomObjectsApi(configuration);
  const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

  const readPage = async (resource: Resource, from: string | undefined) => {
    const answer: unknown = await objects.listCustomObjectForAllNamespaces({
      ...resource,
      limit: PAGE,
      ...(from && { _continue: from }),
    });
    return checkAnswer(listSchema, answer, `a list of ${resource.plural}`);
  };
  const readAll = async <T>(resource: Resource, item: ZodType<T>): Promise<readonly T[]> => {
    const found: T[] = [];
    let from: string | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const { items, metadata } = await readPage(resource, from);
      for (const each of items) found.push(checkAnswer(item, each, `one of its ${resource.plural}`));
      if (!metadata.continue) return found;
      from = metadata.continue;
    }
    throw new UnexpectedAnswer(`lists more than ${MOST_PAGES * PAGE} ${resource.plural}`);
  };

  return {
    async list(resource, item) {
      try {
        return await readAll(resource, item);
      } catch (error) {
        if (statusOf(error) !== 410) throw error;
        return readAll(resource, item);
      }
    },
    async annotate(resource, object, annotations) {
      const body = { metadata: { annotations } };
      await objects.patchNamespacedCustomObject(
        { ...resource, ...object, body, fieldManager: 'fairlead' },
        {
          ...mergePatch,
          middlewareMergeStrategy: 'append',
        },
      );
    },
    async isKubernetes() {
      try {
        const answer: unknown = await new VersionApi(configuration).getCode();
        return z.object({ gitVersion: z.string() }).safeParse(answer).success;
      } catch (error) {
        if (statusOf(error) === undefined && !(error instanceof UnexpectedAnswer)) throw error;
        return false;
      }
    },
  };
}

/** Answers the HTTP status of client-node's error; undefined where it has none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

function checkAnswer<T>(schema: ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new UnexpectedAnswer(`answers with something that is not ${what}${place} (${issue?.message ?? 'unknown'})`);
}
