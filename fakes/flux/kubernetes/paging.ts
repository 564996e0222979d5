import type { KubeObject } from '../types.ts';
import { type Answer, refuse } from './answers.ts';
import type { Resource } from './discovery.ts';
import { keyOf } from './object-store.ts';

/** All objects that a list has at one version of the store. */
export interface Listing {
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** Answers one page of a list: `limit` objects, and a `continue` token that names the last of them. */
export function page(
  { kind, group, version }: Resource,
  { objects, resourceVersion }: Listing,
  query: URLSearchParams,
): Answer {
  const after = afterOf(query.get('continue'));
  if (after === null) return refuse(400, 'BadRequest', 'continue key is not valid');
  const limit = Number(query.get('limit') ?? 0) || objects.length;
  const rest = after === undefined ? objects : objects.filter((each) => keyOf(each) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const remaining = rest.length - items.length;
  const more = remaining > 0 && last ? { continue: tokenOf(last), remainingItemCount: remaining } : {};
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return { status: 200, body: { kind: `${kind}List`, apiVersion, metadata: { resourceVersion, ...more }, items } };
}

function tokenOf(last: KubeObject): string {
  return Buffer.from(JSON.stringify({ after: keyOf(last) })).toString('base64url');
}

/** Reads the key after which a page begins; undefined at the start, null where the token is not one of ours. */
function afterOf(token: string | null): string | undefined | null {
  if (!token) return undefined;
  try {
    const { after } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as { readonly after?: unknown };
    return typeof after === 'string' ? after : null;
  } catch {
    return null;
  }
}
