import type { LaneActivities } from './lane/contract.ts';
import type { PullRequestActivities } from './pull-request/contract.ts';
import type { RecordActivities } from './record/contract.ts';
import type { RenderActivities } from './render/contract.ts';
import type { RollbackActivities } from './rollback/contract.ts';
import type { RolloutActivities } from './rollout/contract.ts';
import type { SourceActivities } from './source/contract.ts';

/** All steps, by name. Each may run twice; those named await… fail benignly until there is an answer. */
export interface Activities
  extends SourceActivities,
    RenderActivities,
    PullRequestActivities,
    RolloutActivities,
    RecordActivities,
    LaneActivities,
    RollbackActivities {}
