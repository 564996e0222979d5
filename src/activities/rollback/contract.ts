import type { GoNoFurtherMessage, RollbackInput } from '../../operation/messages.ts';
import type { Revision } from '../../operation/status.ts';
import type { WorkflowEnd } from '../../temporal/workflows-port.ts';

export interface PlanOrder extends RollbackInput {
  readonly planned?: Revision;
}

export interface RollbackPlan {
  readonly kind: 'go';
  readonly target: Revision;
  /** `config` of the target is rendered, not the head of the config branch. */
  readonly recordedConfig: boolean;
  /** First line of the target's message. */
  readonly subject: string;
  readonly deployed: Revision;
}

export interface EndPromotionsOrder extends RollbackInput {
  /** The main commit gone back to, and the one that was deployed. */
  readonly target: string;
  readonly deployed: string;
  /** Workflow id and run of the rollback. */
  readonly rollback: string;
  readonly run: string;
}

export interface NothingToRollBack {
  readonly kind: 'already there' | 'not there';
  readonly deployed: Revision;
}

export interface PromotionRef {
  readonly source: string;
  /** Full sha on main. */
  readonly commit: string;
}

export interface Reach {
  /** Environments that run its manifests now, in the order of its stages. */
  readonly reached: readonly string[];
  /** Those with a newer main commit, which contains it. */
  readonly newer: readonly { readonly environment: string; readonly main: string }[];
}

export interface RollbackActivities {
  /** Where to go back to. Fails with `Refused` and a sentence where there is nowhere, or not without `force`. */
  planRollback(order: PlanOrder): Promise<RollbackPlan | NothingToRollBack>;
  /** Tells running promotions of what is taken back that they go no further. */
  endPromotions(order: EndPromotionsOrder): Promise<void>;
  /** Tells the promotion of a main commit, where it runs, to withdraw what is not merged and to go no further. */
  endPromotion(order: PromotionRef & GoNoFurtherMessage): Promise<void>;
  /** Waits until nothing of it that is not merged is under way any more; fails benignly until then. */
  awaitWithdrawn(ref: PromotionRef): Promise<void>;
  reachedBy(ref: PromotionRef): Promise<Reach>;
  /** Waits until this run of a rollback has ended; fails benignly until then. */
  awaitRollback(ref: { readonly workflowId: string; readonly runId: string }): Promise<WorkflowEnd>;
}
