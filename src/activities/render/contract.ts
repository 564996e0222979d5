import type { OperationKind } from '../../operation/kind.ts';
import type { Revision } from '../../operation/status.ts';
import type { GitopsTarget } from '../../platform/types.ts';

export interface RenderOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /**
   * The main commit; of `configure`, the one that is about to be recorded as deployed instead of `over`, if any:
   * otherwise what is deployed is rendered.
   */
  readonly main?: string;
  readonly over?: string;
  readonly config: string;
  readonly operation: OperationKind;
  /** A rollback to a recorded pair may take config back, too. */
  readonly configMayGoBack?: boolean;
}

export interface Rendered {
  /** The pair that was rendered. */
  readonly revision: Revision;
  /** Head of the environment's branch, and of its record, when it was rendered. */
  readonly base: string;
  readonly recordHead?: string;
  /** What was deployed there, by provenance or by a record that checks out. */
  readonly deployed?: Revision;
  readonly waiting: readonly string[];
  /** Notes that do not check out, in a sentence each; they were ignored. */
  readonly ignoredNotes: readonly string[];
}

export type RenderOutcome =
  | (Rendered & {
      readonly kind: 'changed';
      /** Built on `base`, pushed to `branch`. */
      readonly commit: string;
      readonly branch: string;
      /** The branch has no provenance yet and files of others would change: never merged automatically. */
      readonly takesOver: boolean;
      /** Files that a person edited in our folders, and that this overwrites. */
      readonly lostEdits: readonly string[];
    })
  /** The branch holds these manifests already, provenance aside. */
  | (Rendered & { readonly kind: 'unchanged'; readonly deployed: Revision })
  /** What is deployed is newer. */
  | { readonly kind: 'superseded'; readonly by: string }
  /** Of `configure`: no main commit is deployed here. */
  | { readonly kind: 'nothing promoted yet' }
  /** A newer config commit is deployed: the policy must be read again. */
  | { readonly kind: 'config overtaken'; readonly deployed: string }
  /** What is deployed is neither older nor newer: main was rewritten. */
  | { readonly kind: 'unrelated'; readonly deployed: string }
  /** Somebody else committed to our branch. */
  | { readonly kind: 'foreign push'; readonly branch: string; readonly by: string };

/** The step that renders. */
export interface RenderActivities {
  renderEnvironment(order: RenderOrder): Promise<RenderOutcome>;
}
