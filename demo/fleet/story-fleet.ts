import type { KubeObject } from '../../fakes/flux/types.ts';
import type { ForwarderFault } from '../sample/commits.ts';
import type { WorldFleet } from '../world/world.ts';

/** The fleet as the story sees it, whatever it is made of. */
export interface StoryFleet extends WorldFleet {
  /** The fault by which a commit breaks the log forwarder in qa on these clusters. */
  readonly fault: ForwarderFault;
  /** How a person may look at the clusters while they run. */
  readonly hint: string;
  /** Rejects when a part of it ends by itself. */
  readonly trouble: Promise<never>;
  /** Answers one cluster. Throws for an unknown name. */
  cluster(name: string): StoryCluster;
}

/** A cluster as it is, past Fairlead. */
export interface StoryCluster {
  /** Answers the commits that the cluster's own Kustomizations applied last; undefined where one has applied none. */
  applied(): Promise<readonly (string | undefined)[]>;
  /** Finds an object by its name in any namespace. */
  find(kind: { readonly apiVersion: string; readonly kind: string }, name: string): Promise<KubeObject | undefined>;
}
