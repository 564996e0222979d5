import type { ClusterName } from '../cluster/rig.ts';
import type { KubeObject, ObjectRef } from '../kubernetes/objects.ts';

/**
 * A story about one cluster of the group `west-us`: what happens in which order, and which verdict must be given when. Each
 * scene has a namespace, a GitOps repository and Flux objects of its own. `$NAMESPACE` in any text stands for the
 * namespace, and `$OTHER_KUBECONFIG` for the kubeconfig of another cluster. Objects without a namespace are put into the
 * scene's.
 */
export interface Scene {
  readonly name: string;
  /** Default: `steady`. A scene that stops the API server needs `outage`; `other` has no Flux. */
  readonly cluster?: ClusterName;
  /** A second cluster, with the same objects of Flux. The steps act on the first one alone. */
  readonly beside?: ClusterName;
  /** What the Environment file asks for as evidence. Default: `strict`. */
  readonly coverage?: Coverage;
  /**
   * What the product's user may not do of all that docs/fleet.md grants, as `list configmaps`: the scene has a user of its
   * own then. Default: it may do all that, and nothing else.
   */
  readonly lacks?: readonly string[];
  /** Applied before anything else. */
  readonly objects?: readonly KubeObject[];
  /** What the GitRepository `fleet` has beside its URL. Default: it follows the branch `dev`. */
  readonly gitRepository?: object;
  /** Default: `apps`, with the defaults of `KustomizationOptions`. */
  readonly kustomizations?: readonly KustomizationOptions[];
  /** What the Kustomizations make of the commit's objects, where they rename or move them. Default: the same objects. */
  readonly becomes?: readonly KubeObject[];
  readonly steps: readonly Step[];
  readonly todo?: Todo;
}

/**
 * A Kustomization: its name and what its `spec` has beside the defaults, which are `path: ./west-us`, `wait: true`, `prune:
 * true`, an interval of 10 minutes, a retry after 2 seconds, and Flux's shortest timeout, 30 seconds.
 */
export interface KustomizationOptions {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Marks a scene whose right verdict is not given yet. It is played, and must fail in this way. */
export interface Todo {
  readonly why: string;
  /** The beginning of the failure, such as `false green`. */
  readonly fails: FailureKind;
  /** What the failure tells beside. */
  readonly says?: string;
}

/**
 * `false green`: healthy, but the cluster itself says otherwise. `wrong verdict`: any other one than those that may come
 * now. `not reached`: the verdict did not come in time, or its sentence does not say what it must.
 */
export type FailureKind = 'false green' | 'wrong verdict' | 'not reached';

/** The files of a commit by path: text, or objects, which make the folder a leaf. */
export type Tree = Readonly<Record<string, string | readonly KubeObject[]>>;

export type Verdict = 'healthy' | 'pending' | 'failed' | 'unknown';

/** How much evidence an environment asks for. */
export type Coverage = 'strict' | 'inventory' | 'path';

/** What one look gave: the verdict on all clusters of the scene. */
export interface Look {
  readonly state: Verdict;
  readonly awaited: string;
  readonly warnings: readonly string[];
  /** The clusters that a healthy verdict says nothing of. */
  readonly leftOut: readonly string[];
}

/** An object of the scene that `verify` names; the name may end with `*`. */
export interface CheckedObject {
  readonly kind: string;
  readonly name: string;
}

/** The verdict that must come within so many seconds; until then only those of `via` (default: pending) may be given. */
export interface Expectation {
  readonly state: Verdict;
  /** What its sentence must contain. */
  readonly says?: readonly string[];
  /** What its warnings must contain; an empty list: there are none. */
  readonly warns?: readonly string[];
  readonly seconds: number;
  readonly via?: readonly Verdict[];
}

export type Step =
  /** Merges a commit, which is awaited from now on, and asks Flux for it. */
  | { readonly do: 'merge'; readonly tree: Tree }
  /** Adds a commit to the branch. It counts where the same is deployed at it. */
  | { readonly do: 'push'; readonly tree: Tree; readonly counts: boolean }
  /** Adds a commit to the branch `dev` of another repository, whose URL is `https://git.example.org/legacy/$NAMESPACE`. */
  | { readonly do: 'push legacy'; readonly tree: Tree }
  /**
   * Pushes files to `oci://registry.example.org/$NAMESPACE` (tag: `latest`), of which an OCIRepository may be made. They say
   * that they were made of the branch's head, or nothing.
   */
  | { readonly do: 'push artifact'; readonly tree: Tree; readonly tag?: string; readonly tellsCommit: boolean }
  | { readonly do: 'expect'; readonly that: Expectation }
  /** The verdict stays as it is for so many seconds, or is one of `via` for a moment. */
  | { readonly do: 'remain'; readonly that: Expectation }
  /** A check of `verify` must come to this verdict. */
  | { readonly do: 'expect check'; readonly of: CheckedObject; readonly that: Expectation }
  | { readonly do: 'remain check'; readonly of: CheckedObject; readonly that: Expectation }
  /** Looks for so many seconds, whatever the verdict is. */
  | { readonly do: 'watch'; readonly seconds: number }
  | { readonly do: 'fail fetches'; readonly message: string }
  | { readonly do: 'allow fetches' }
  | { readonly do: 'apply'; readonly object: KubeObject }
  | { readonly do: 'patch'; readonly object: ObjectRef; readonly patch: object; readonly subresource?: 'status' }
  | { readonly do: 'remove'; readonly object: ObjectRef }
  /** Waits until the cluster has the object with these fields; only verdicts of `meanwhile` may be given until then. */
  | {
      readonly do: 'await';
      readonly object: ObjectRef;
      readonly has: object;
      readonly seconds: number;
      readonly meanwhile: readonly Verdict[];
    }
  | { readonly do: 'begin soak' }
  /** Begins and ends a soak of so many seconds if the latest verdict was healthy, as a rollout does; else does nothing. */
  | { readonly do: 'soak if healthy'; readonly seconds: number; readonly mayAsk: boolean }
  /** Ends the soak. Flux is asked to look again, unless nobody may ask. */
  | { readonly do: 'end soak'; readonly mayAsk: boolean }
  | { readonly do: 'pass deadline' }
  /** Gives the product's user what it lacks. */
  | { readonly do: 'grant all' }
  /** From now on the Environment file allows so many clusters to be unavailable. */
  | { readonly do: 'allow unavailable'; readonly clusters: number }
  | { readonly do: 'stop API server' }
  | { readonly do: 'start API server' }
  | { readonly do: 'wait'; readonly seconds: number };
