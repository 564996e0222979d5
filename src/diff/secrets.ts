import { isList, isMap, type Value, type ValueMap, valueAt } from './value.ts';

/*
 * What a Secret holds is never shown, nor how long it is, nor a digest of it: not where it is compared, and not where a value
 * that is shown has a Secret in it. `kubectl apply` keeps a copy of the whole object in an annotation, so that is hidden, too.
 */

/** What stands in the place of a value that is not shown. */
export const hiddenMark = '(hidden)';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The fields of a Secret that are no secret. Whatever else there is may be a misspelt `data`. */
const openFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'type', 'immutable']);

/** Tells whether what a map holds at a key is hidden. Each map may be an object: lists and templates hold them, too. */
export function isHidden(map: ValueMap | undefined, key: string): boolean {
  if (key === lastApplied) return true;
  return map !== undefined && valueAt(map, 'kind') === 'Secret' && !openFields.has(key);
}

/** Puts a mark into the place of whatever is hidden in a value. Of what a Secret holds the keys stay. */
export function withoutSecrets(value: Value): Value {
  if (isList(value)) return value.map(withoutSecrets);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isHidden(value, key) ? hiddenPart(inner) : withoutSecrets(inner),
    ]),
  );
}

function hiddenPart(value: Value): Value {
  return isMap(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, hiddenMark])) : hiddenMark;
}
