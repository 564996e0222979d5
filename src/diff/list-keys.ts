import { isMap, type Value, type ValueMap, valueAt, valueText } from './value.ts';

/** How the items of a list are told apart. */
export interface ListKey {
  /** Answers the key of an item, which no other item of its list has. */
  readonly keyOf: (item: Value) => string;
  /** Whether the order of the items may mean something, so that a change of it is told. */
  readonly isOrdered: boolean;
}

/** The fields that together tell items apart; a default stands where an item leaves a field out. */
type KeyFields = readonly (string | { readonly field: string; readonly default: string })[];

interface KnownList {
  readonly keys: readonly KeyFields[];
  readonly isOrdered?: boolean;
}

const byName: KnownList = { keys: [['name']] };
const protocol = { field: 'protocol', default: 'TCP' };

/**
 * The lists that Kubernetes merges by key, by the name of their field: `patchMergeKey` and `x-kubernetes-list-map-keys` of its
 * API (github.com/kubernetes/api). The order of their items means nothing, but for the containers that run one after the other.
 */
const knownLists: ReadonlyMap<string, KnownList> = new Map(
  Object.entries({
    containers: byName,
    initContainers: { ...byName, isOrdered: true },
    ephemeralContainers: byName,
    env: byName,
    volumes: byName,
    imagePullSecrets: byName,
    secrets: byName,
    resourceClaims: byName,
    webhooks: byName,
    versions: byName,
    volumeMounts: { keys: [['mountPath']] },
    volumeDevices: { keys: [['devicePath']] },
    hostAliases: { keys: [['ip']] },
    ports: {
      keys: [
        ['containerPort', protocol],
        ['port', protocol],
      ],
    },
    topologySpreadConstraints: { keys: [['topologyKey', 'whenUnsatisfiable']] },
    taints: { keys: [['key', 'effect']] },
    conditions: { keys: [['type']] },
    ownerReferences: { keys: [['uid']] },
    subjects: { keys: [['kind', { field: 'namespace', default: '' }, 'name']] },
    items: { keys: [['key']] },
  } satisfies Record<string, KnownList>),
);

/** The lists of texts that are sets. */
const knownSets: ReadonlySet<string> = new Set(['finalizers', 'accessModes']);

/** The fields by which items of other lists are told apart, the best first. Their order may mean something. */
const likelyKeys: readonly string[] = ['name', 'key', 'id'];

/**
 * Finds out how the items of a field's list are told apart, before and after; undefined: by nothing but their content
 * and their place. An empty key is none, and neither is one that two items share.
 */
export function listKey(field: string, ...lists: readonly (readonly Value[])[]): ListKey | undefined {
  if (lists.every(({ length }) => length === 0)) return undefined;
  if (knownSets.has(field)) return usable(lists, { keyOf: scalarKey, isOrdered: false });
  const known = knownLists.get(field);
  for (const fields of known?.keys ?? []) {
    const found = usable(lists, { keyOf: fieldsKey(fields), isOrdered: known?.isOrdered ?? false });
    if (found !== undefined) return found;
  }
  for (const likely of likelyKeys) {
    const found = usable(lists, { keyOf: fieldsKey([likely]), isOrdered: true });
    if (found !== undefined) return found;
  }
  return undefined;
}

interface MaybeKey {
  readonly keyOf: (item: Value) => string | undefined;
  readonly isOrdered: boolean;
}

/** Answers the key if each item has one that no other item of its list has. */
function usable(lists: readonly (readonly Value[])[], { keyOf, isOrdered }: MaybeKey): ListKey | undefined {
  for (const list of lists) {
    const keys = new Set<string>();
    for (const item of list) {
      const key = keyOf(item);
      if (key === undefined || keys.has(key)) return undefined;
      keys.add(key);
    }
  }
  return { keyOf: (item) => keyOf(item) ?? '', isOrdered };
}

function scalarKey(item: Value): string | undefined {
  return typeof item === 'string' ? item : undefined;
}

function fieldsKey(fields: KeyFields): (item: Value) => string | undefined {
  return (item) => {
    if (!isMap(item)) return undefined;
    const parts = fields.map((field) => keyPart(item, field));
    return parts.includes(undefined) ? undefined : parts.filter((part) => part !== '').join('/');
  };
}

function keyPart(item: ValueMap, field: KeyFields[number]): string | undefined {
  if (typeof field !== 'string') return keyPart(item, field.field) ?? field.default;
  const value = valueAt(item, field);
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'bigint' ? valueText(value) : undefined;
}
