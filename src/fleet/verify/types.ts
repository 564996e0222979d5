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

/** A kind of which all objects are read that the Kustomizations of a branch have applied. */
export interface WantedKind extends Pick<WantedObject, 'apiVersion' | 'kind'> {
  /** `metadata`: spec and status are not read, which may be large. */
  readonly part: 'whole' | 'metadata';
}

/** What is to be read; a text: why nobody can tell, so that nothing is known of the cluster. */
type KindsToRead = readonly WantedKind[] | string;

/** What a cluster is asked for of all that the Kustomizations of a branch have applied. */
export interface AppliedQuery {
  readonly source: GitopsSource;
  /** Answers what is to be read, when the Kustomizations are known. Its time is not the cluster's. */
  readonly kindsFor: (kustomizations: readonly KustomizationEvidence[]) => KindsToRead | Promise<KindsToRead>;
}

/** What one look at the applied objects of one cluster gave. */
export type AppliedObservation =
  | (Extract<ObjectsObservation, { readonly kind: 'reached' }> & {
      /** The kinds that were read. */
      readonly read: ReadonlySet<string>;
      /** The kinds of which no object can have a status. */
      readonly withoutStatus: ReadonlySet<string>;
    })
  | { readonly kind: 'unreachable'; readonly why: string };

/** Reads objects of any kind, one cluster at a time. It throws and is bounded as `Fleet` is. */
export interface ObjectReader {
  observeObjects(cluster: ClusterRef, query: ObjectsQuery, options: ObserveOptions): Promise<ObjectsObservation>;
  /** Reads what Flux has applied, by the labels that it sets: one list for each kind, however many objects there are. */
  observeApplied(cluster: ClusterRef, query: AppliedQuery, options: ObserveOptions): Promise<AppliedObservation>;
}

/** How the clause of a kind begins that the cluster serves, and does not show. */
export const mayNotList = "the kubeconfig's user may not list them";

/** Names a kind as `unread` of an observation does. */
export function kindName({ apiVersion, kind }: Pick<WantedObject, 'apiVersion' | 'kind'>): string {
  return `${apiVersion} ${kind}`;
}
