/** Names objects of the rendered manifests. */
export interface ObjectReference {
  readonly kind: string;
  /** Undefined: in any namespace, or in none. */
  readonly namespace?: string;
  /** The whole name, or its beginning and `*`. */
  readonly name: string;
}

/**
 * A check of an environment's `verify`, as one of the things that must be so before it counts as promoted. Times are in
 * milliseconds.
 */
export type VerifyCheck =
  /** Every such object of the rendered manifests must be done or ready, on every cluster whose group has it. */
  | { readonly kind: 'object'; readonly object: ObjectReference; readonly timeoutMs: number }
  /** The URL must answer with this HTTP status for so long without a break, which must begin before the time-out. */
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly expect: number;
      readonly forMs: number;
      readonly timeoutMs: number;
    }
  /** Every check of these names must have passed at the main commit, as the source's forge says. */
  | { readonly kind: 'checks'; readonly checks: readonly string[]; readonly on: 'main'; readonly timeoutMs: number };

/** Names a check for people: `Job/tests/smoke`, `e2e on main`, or a URL without its query, which may hold a token. */
export function checkName(check: VerifyCheck): string {
  switch (check.kind) {
    case 'object':
      return referenceText(check.object);
    case 'http':
      return check.url.replace(/\?.*$/s, '');
    case 'checks':
      return `${check.checks.join(', ')} on ${check.on}`;
  }
}

/** Writes a reference as files do: `Job/smoke`, `Job/tests/smoke`. */
export function referenceText({ kind, namespace, name }: ObjectReference): string {
  return [kind, namespace, name].filter((part) => part !== undefined).join('/');
}

/** Tells whether a reference means the object. */
export function means(
  reference: ObjectReference,
  object: { readonly kind: string; readonly namespace: string; readonly name: string },
): boolean {
  if (object.kind !== reference.kind) return false;
  if (reference.namespace !== undefined && object.namespace !== reference.namespace) return false;
  const { name } = reference;
  return name.endsWith('*') ? object.name.startsWith(name.slice(0, -1)) : object.name === name;
}
