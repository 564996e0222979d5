import type { CatchUpActivities } from './catch-up/contract.ts';
import type { LaneActivities } from './lane/contract.ts';
import type { LateActivities } from './late/contract.ts';
import type { PullRequestActivities } from './pull-request/contract.ts';
import type { RecordActivities } from './record/contract.ts';
import type { RenderActivities } from './render/contract.ts';
import type { ReportActivities } from './report/contract.ts';
import type { RollbackActivities } from './rollback/contract.ts';
import type { RolloutActivities } from './rollout/contract.ts';
import type { SourceActivities } from './source/contract.ts';
import type { VerificationActivities } from './verify/contract.ts';

/**
 * All steps, by name. These hold here:
 *
 * - Each step may run twice with the same input, and changes nothing more then.
 * - Steps named await… fail benignly until there is an answer: Temporal tries them again after a fixed interval.
 * - A failure that the world mends by itself is retried; every other one is for a person.
 * - Names, inputs and outputs are on the wire: running workflows must be able to go on with them.
 */
export interface Activities
  extends SourceActivities,
    RenderActivities,
    PullRequestActivities,
    RolloutActivities,
    VerificationActivities,
    RecordActivities,
    LaneActivities,
    RollbackActivities,
    LateActivities,
    ReportActivities,
    CatchUpActivities {}
