import type { GoNoFurtherMessage, RollbackInput } from '../../operation/messages.ts';
import type { Revision } from '../../operation/status.ts';
import type { WorkflowEnd } from '../../temporal/workflows-port.ts';

/** A rollback that is to be planned, for the first time or once more when its turn has come. */
export interface PlanOrder extends RollbackInput {
  /** The target of the first plan. */
  readonly planned?: Revision;
}

/** The plan of a rollback: where the environment goes back to, and from where. */
export interface RollbackPlan {
  readonly kind: 'go';
  /** The pair to go back to. */
  readonly target: Revision;
  /** The config commit of the target is rendered, not the head of the config branch. */
  readonly recordedConfig: boolean;
  /** The first line of the message of the target's main commit. */
  readonly subject: string;
  /** The pair that is deployed now. */
  readonly deployed: Revision;
}

/** Which promotions go no further: those of commits after `target` up to `deployed`. */
export interface EndPromotionsOrder extends RollbackInput {
  /** The main commit that the environment goes back to. */
  readonly target: string;
  /** The main commit that is deployed. */
  readonly deployed: string;
  /** Workflow id of the rollback. */
  readonly rollback: string;
  /** Run id of the rollback. */
  readonly run: string;
}

/** Says that there is nothing to do: the target is deployed already, or what was to be taken back is not. */
export interface NothingToRollBack {
  readonly kind: 'already there' | 'not there';
  readonly deployed: Revision;
}

/** Names the promotion of a main commit. */
export interface PromotionRef {
  /** URL of the source repository. */
  readonly source: string;
  /** Full sha on main. */
  readonly commit: string;
}

/** The environments in which a main commit is deployed. */
export interface Reach {
  /** The environments in which it is deployed now, in the order of its stages. */
  readonly reached: readonly string[];
  /** The environments with a newer main commit, which contains it. */
  readonly newer: readonly { readonly environment: string; readonly main: string }[];
}

/** Steps of rollbacks. */
export interface RollbackActivities {
  /** Finds where to go back to. Fails with `Refused` and a sentence where there is nowhere, or not without `force`. */
  planRollback(order: PlanOrder): Promise<RollbackPlan | NothingToRollBack>;
  /** Tells running promotions of what is taken back that they go no further. */
  endPromotions(order: EndPromotionsOrder): Promise<void>;
  /** Tells the promotion of a main commit, where it runs, to withdraw what is not merged and to go no further. */
  endPromotion(order: PromotionRef & GoNoFurtherMessage): Promise<void>;
  /** Waits until the promotion has nothing unmerged under way any more; fails benignly until then. */
  awaitWithdrawn(ref: PromotionRef): Promise<void>;
  /** Finds out where a main commit is deployed now. */
  reachedBy(ref: PromotionRef): Promise<Reach>;
  /** Waits until this run of a rollback has ended, and answers how; fails benignly until then. */
  awaitRollback(ref: { readonly workflowId: string; readonly runId: string }): Promise<WorkflowEnd>;
}
