import type { GuardedRemovals } from '../../operation/guard/removals.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { Revision } from '../../operation/status.ts';
import type { GitopsTarget } from '../../platform/types.ts';

/** Orders a render of one environment. */
export interface RenderOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /**
   * The main commit. Of a config change, the pending revision: it is rendered while `over` is deployed; undefined or
   * otherwise, the deployed main commit is rendered.
   */
  readonly main?: string;
  /** The main commit in whose place the pending revision is about to be recorded. */
  readonly over?: string;
  readonly config: string;
  readonly operation: OperationKind;
  /** A rollback to a recorded pair may take config back, too. */
  readonly configMayGoBack?: boolean;
  /** The commit that the operation pushed last; undefined: it pushed none, or an older release orders the render. */
  readonly pushed?: string;
  /** The commit of the branch at which the operation is deployed already; undefined: it is not, or an older release orders the render. */
  readonly deployedAs?: string;
  /** The config commit whose policy counts; undefined: an older release orders the render, and nothing is guarded. */
  readonly policy?: string;
}

/** A render, and what it was rendered on. */
export interface Rendered {
  /** The pair that was rendered. */
  readonly revision: Revision;
  /** The head of the environment's branch when it was rendered. */
  readonly base: string;
  /** The head of the environment's record when it was rendered; undefined: there was no record. */
  readonly recordHead?: string;
  /** The pair that was deployed, by provenance or by a record that checks out; undefined: none was. */
  readonly deployed?: Revision;
  /** Waiting assignments, as `group/path`. */
  readonly waiting: readonly string[];
  /** Entries of the record that do not check out and were ignored, and warnings of the render, in a sentence each. */
  readonly ignoredNotes: readonly string[];
}

/** The result of a render, or the reason why there is none. */
export type RenderOutcome =
  /** The manifests differ from the branch, or its provenance must say so. */
  | (Rendered & {
      readonly kind: 'changed';
      /** The commit on top of `base` that was pushed to `branch`. */
      readonly commit: string;
      readonly branch: string;
      /** This push made `branch`; undefined: it was there, or an older release rendered it. */
      readonly isNewBranch?: true;
      /** The branch has no provenance yet and files of others would change: it is never merged automatically. */
      readonly takesOver: boolean;
      /** Files that a person edited in our folders, and that this overwrites. */
      readonly lostEdits: readonly string[];
      /** What others pushed to our branch under our name, and this overwrote, in a sentence each; undefined: nothing. */
      readonly overwritten?: readonly string[];
      /** What it removes that the environment's guard names; undefined: nothing, or an older release rendered it. */
      readonly removals?: GuardedRemovals;
    })
  /** The branch holds these manifests already, provenance aside. */
  | (Rendered & { readonly kind: 'unchanged'; readonly deployed: Revision })
  /** A newer main commit is deployed. */
  | { readonly kind: 'superseded'; readonly by: string }
  /** A config change found no main commit deployed. */
  | { readonly kind: 'nothing promoted yet' }
  /** A newer config commit is deployed: the policy must be read again. */
  | { readonly kind: 'config overtaken'; readonly deployed: string }
  /** The deployed main commit is neither older nor newer: main was rewritten. */
  | { readonly kind: 'unrelated'; readonly deployed: string }
  /** Somebody else committed to our branch. */
  | { readonly kind: 'foreign push'; readonly branch: string; readonly by: string };

/** The step that renders. */
export interface RenderActivities {
  /** Renders the environment on top of its branch, and pushes the commit to the request's branch. */
  renderEnvironment(order: RenderOrder): Promise<RenderOutcome>;
}
