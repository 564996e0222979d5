import { z } from 'zod';
import { listOf, textsByName } from '../../../text/json-lists.ts';
import type { LiveObject } from '../../verify/live-object.ts';
import { kindName, mayNotList, type WantedObject } from '../../verify/types.ts';
import type { ClusterApi } from '../cluster-api.ts';
import { statusOf, UnexpectedAnswer } from '../http.ts';
import { nextPage, objectName } from '../schemas.ts';

/** The objects that were found, and the kinds that could not be read, with why. */
export interface FoundObjects {
  readonly objects: readonly LiveObject[];
  readonly unread: ReadonlyMap<string, string>;
}

/** The most objects of one name that are read: one in each of so many namespaces. */
const MOST = 250;

const objectSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    labels: textsByName().optional(),
    annotations: textsByName().optional(),
    creationTimestamp: z.string().optional(),
    deletionTimestamp: z.string().optional(),
    generation: z.number().int().optional(),
  }),
  spec: z.unknown().optional(),
  status: z.unknown().optional(),
});
/** A page of a list of objects. */
export const objectsPage = z.object({
  metadata: nextPage,
  items: listOf(objectSchema),
});
const servedSchema = z.object({
  resources: listOf(z.object({ name: objectName, kind: z.string() })),
});

/**
 * Reads objects by kind and name, in whatever namespace they are: Flux may put them into another one. A kind that the
 * cluster does not serve, or does not show, is told and keeps nobody from the others.
 */
export async function readObjects(api: ClusterApi, wanted: readonly WantedObject[]): Promise<FoundObjects> {
  const kinds = new Map<string, WantedObject[]>();
  for (const each of wanted) {
    const ofKind = kinds.get(kindName(each));
    if (ofKind) ofKind.push(each);
    else kinds.set(kindName(each), [each]);
  }
  const objects: LiveObject[] = [];
  const unread = new Map<string, string>();
  for (const [kind, ofKind] of kinds) {
    try {
      objects.push(...(await readKind(api, ofKind)));
    } catch (error) {
      if (!(error instanceof UnreadKind)) throw error;
      unread.set(kind, error.message);
    }
  }
  return { objects, unread };
}

/** A kind cannot be read on this cluster; the message is a clause for people. */
export class UnreadKind extends Error {}

async function readKind(api: ClusterApi, [first, ...rest]: readonly WantedObject[]): Promise<readonly LiveObject[]> {
  if (first === undefined) return [];
  const { apiVersion, kind } = first;
  const { plural } = await servedKind(api, first);
  const found: LiveObject[] = [];
  for (const name of new Set([first, ...rest].map((each) => each.name))) {
    const query = new URLSearchParams({ fieldSelector: `metadata.name=${name}`, limit: String(MOST) });
    const answer = await orUnread(api.read(`${rootOf(apiVersion)}/${plural}?${query}`), { apiVersion, plural });
    const list = objectsPage.safeParse(answer);
    if (!list.success) throw new UnexpectedAnswer(`answers with something that is not a list of ${plural}`);
    const { items, metadata } = list.data;
    if (metadata.continue || items.length > MOST)
      throw new UnreadKind(`more than ${MOST} ${plural} are called ${name}`);
    // The items of a list do not say what they are; a server that knows no selector sends others, too.
    const named = items.filter((each) => each.metadata.name === name);
    found.push(...named.map((each) => ({ ...each, apiVersion, kind })));
  }
  return found;
}

/** How a cluster serves a kind. */
interface ServedKind {
  /** How the kind is called in paths. */
  readonly plural: string;
  /** Its objects have a status of their own, which its controller writes. */
  readonly hasStatus: boolean;
}

/** Asks how a cluster serves a kind. Throws `UnreadKind` where it does not. */
export async function servedKind(
  api: ClusterApi,
  { apiVersion, kind }: Pick<WantedObject, 'apiVersion' | 'kind'>,
): Promise<ServedKind> {
  const missing = `the cluster does not serve ${kind} of ${apiVersion}`;
  const answer = await orRefused(api.read(rootOf(apiVersion)), { 404: missing });
  const served = servedSchema.safeParse(answer);
  if (!served.success)
    throw new UnexpectedAnswer(`answers with something that is not a list of the kinds of ${apiVersion}`);
  // What has a slash is a part of another resource, such as `jobs/status`.
  const { resources } = served.data;
  const plural = resources.find((each) => each.kind === kind && !each.name.includes('/'))?.name;
  if (plural === undefined) throw new UnreadKind(missing);
  return { plural, hasStatus: resources.some(({ name }) => name === `${plural}/status`) };
}

/** Throws `UnreadKind` where a list is refused, or not served. */
export function orUnread<T>(
  answer: Promise<T>,
  { apiVersion, plural }: { readonly apiVersion: string; readonly plural: string },
): Promise<T> {
  return orRefused(answer, {
    403: `${mayNotList}: add ${ruleText(apiVersion, plural)} to its ClusterRole`,
    404: `the cluster does not serve ${plural} of ${apiVersion}`,
  });
}

/** Throws `UnreadKind` for these HTTP statuses. */
async function orRefused<T>(answer: Promise<T>, words: Readonly<Record<number, string>>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const why = words[statusOf(error) ?? 0];
    throw why === undefined ? error : new UnreadKind(why);
  }
}

/** Writes the rule of a ClusterRole that allows reading a kind. */
function ruleText(apiVersion: string, plural: string): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '""';
  return `{ apiGroups: [${group}], resources: [${plural}], verbs: [list] }`;
}

/** Answers the path below which a version of a group is served; the core group has an older one. */
export function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
