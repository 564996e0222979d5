import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { kubeTime } from '../time.ts';
import type { KubeObject } from '../types.ts';

/** Names an object: `kind/namespace/name` with its API group. Lists are paged in the order of these keys. */
export function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${group}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

export type Listener = (object: KubeObject, before: KubeObject | undefined) => void;

/** The objects of one cluster, with the bookkeeping of an API server: uid, generation, resourceVersion. */
export interface ObjectStore {
  get(key: string): KubeObject | undefined;
  /** Answers all objects, in the order of their keys. */
  all(): readonly KubeObject[];
  /**
   * Creates or replaces what people write; the status stays, the generation counts changes of anything but metadata.
   */
  put(object: KubeObject): KubeObject;
  /** Replaces the status. Does nothing where the object is gone. */
  putStatus(key: string, status: object): void;
  remove(key: string): void;
  resourceVersion(): string;
  onChange(listener: Listener): void;
}

export function createObjectStore(): ObjectStore {
  const objects = new Map<string, KubeObject>();
  const listeners: Listener[] = [];
  let version = 1000;

  const save = (key: string, object: KubeObject, before: KubeObject | undefined): KubeObject => {
    version += 1;
    const saved = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    objects.set(key, saved);
    for (const listener of listeners) listener(saved, before);
    return saved;
  };

  return {
    get: (key) => objects.get(key),
    all: () => [...objects.keys()].sort().flatMap((key) => objects.get(key) ?? []),
    put(object) {
      const key = keyOf(object);
      const before = objects.get(key);
      const after = withStatusOf(before, object);
      if (before && isDeepStrictEqual(withoutVersion(before), withoutVersion(after))) return before;
      return save(key, after, before);
    },
    putStatus(key, status) {
      const before = objects.get(key);
      if (before) save(key, { ...before, status }, before);
    },
    remove(key) {
      objects.delete(key);
      version += 1;
    },
    resourceVersion: () => String(version),
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}

function withStatusOf(before: KubeObject | undefined, object: KubeObject): KubeObject {
  const { uid = randomUUID(), creationTimestamp = kubeTime(), generation = 0 } = before?.metadata ?? object.metadata;
  const changed = !before || !isDeepStrictEqual(content(before), content(object));
  return {
    ...object,
    metadata: { ...object.metadata, uid, creationTimestamp, generation: generation + (changed ? 1 : 0) },
    ...(before && 'status' in before && { status: before.status }),
  };
}

function content({ metadata: _metadata, status: _status, ...rest }: KubeObject): object {
  return rest;
}

function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _resourceVersion, ...metadata } = object.metadata;
  return { ...object, metadata };
}
