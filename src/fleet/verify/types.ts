import type { ClusterRef, GitopsSource, KustomizationEvidence, ObserveOptions } from '../types.ts';
import type { LiveObject } from './live-object.ts';

/** An object as the rendered manifests name it. */
export interface WantedObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty where the manifest has none: the object is in no namespace, or in one that Flux puts it in. */
  readonly namespace: string;
  readonly name: string;
  /** Its own manifest lets Flux leave it alone where it is there, so that it may be of an earlier commit. */
  readonly optional?: boolean;
}

/** The objects that a cluster is asked for, and the branch that its Flux follows. */
export interface ObjectsQuery {
  readonly source: GitopsSource;
  readonly wanted: readonly WantedObject[];
}

/** What one look at the objects of one cluster gave. */
export type ObjectsObservation =
  | {
      readonly kind: 'reached';
      /** The Kustomizations that apply the branch. */
      readonly kustomizations: readonly KustomizationEvidence[];
      /** The objects of the wanted kinds and names, in whatever namespace. */
      readonly objects: readonly LiveObject[];
      /** The kinds that could not be read, as `batch/v1 Job`, and why: a clause for people. */
      readonly unread: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'unreachable'; readonly why: string };

/** Reads objects of any kind, one cluster at a time. It throws and is bounded as `Fleet` is. */
export interface ObjectReader {
  observeObjects(cluster: ClusterRef, query: ObjectsQuery, options: ObserveOptions): Promise<ObjectsObservation>;
}

/** Names a kind as `unread` of an observation does. */
export function kindName({ apiVersion, kind }: Pick<WantedObject, 'apiVersion' | 'kind'>): string {
  return `${apiVersion} ${kind}`;
}
