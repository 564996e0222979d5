import type { KustomizationEvidence } from '../../types.ts';
import type { LiveObject } from '../../verify/live-object.ts';
import { kindName, type WantedKind } from '../../verify/types.ts';
import type { ClusterApi } from '../cluster-api.ts';
import { UnexpectedAnswer } from '../http.ts';
import { type FoundObjects, objectsPage, orUnread, rootOf, servedKind, UnreadKind } from './named-objects.ts';

/** What was found, the kinds that were read, and those of which no object can have a status. */
export interface FoundApplied extends FoundObjects {
  readonly read: ReadonlySet<string>;
  readonly withoutStatus: ReadonlySet<string>;
}

const PAGE = 250;
/** A server that never ends its list, or sends more than was asked for, is not believed. */
const MOST_OBJECTS = 20_000;
const APPLIED_BY = 'kustomize.toolkit.fluxcd.io/name';

/**
 * Reads all objects of these kinds that the Kustomizations have applied, by the label that Flux sets. A kind that the
 * cluster does not serve, or does not show, is told and keeps nobody from the others.
 */
export async function readApplied(
  api: ClusterApi,
  kustomizations: readonly KustomizationEvidence[],
  kinds: readonly WantedKind[],
): Promise<FoundApplied> {
  const names = [...new Set(kustomizations.map(({ name }) => name))];
  const objects: LiveObject[] = [];
  const unread = new Map<string, string>();
  const [read, withoutStatus] = [new Set<string>(), new Set<string>()];
  for (const kind of names.length === 0 ? [] : kinds) {
    try {
      const { plural, hasStatus } = await servedKind(api, kind);
      if (!hasStatus) withoutStatus.add(kindName(kind));
      objects.push(...(await readAll(api, kind, { plural, names })));
      read.add(kindName(kind));
    } catch (error) {
      if (!(error instanceof UnreadKind)) throw error;
      unread.set(kindName(kind), error.message);
    }
  }
  return { objects, unread, read, withoutStatus };
}

/** Reads the pages of one kind's list, without a selector for what the server may not know: others are passed over. */
async function readAll(
  api: ClusterApi,
  { apiVersion, kind, part }: WantedKind,
  { plural, names }: { readonly plural: string; readonly names: readonly string[] },
): Promise<readonly LiveObject[]> {
  const found: LiveObject[] = [];
  let from: string | undefined;
  for (let pages = 0; pages < MOST_OBJECTS / PAGE; pages += 1) {
    const labelSelector = `${APPLIED_BY} in (${names.join(',')})`;
    const query = new URLSearchParams({ labelSelector, limit: String(PAGE), ...(from && { continue: from }) });
    const answer = api.read(`${rootOf(apiVersion)}/${plural}?${query}`, { metadataOnly: part === 'metadata' });
    const list = objectsPage.safeParse(await orUnread(answer, { apiVersion, plural }));
    if (!list.success) throw new UnexpectedAnswer(`answers with something that is not a list of ${plural}`);
    const { items, metadata } = list.data;
    if (found.length + items.length > MOST_OBJECTS) break;
    found.push(...items.map((each) => ({ ...each, apiVersion, kind })));
    if (!metadata.continue) return found;
    from = metadata.continue;
  }
  throw new UnexpectedAnswer(`lists more than ${MOST_OBJECTS} ${plural}`);
}
