import type { DescribeChanges } from './diff/view/describe.ts';
import type { JudgeAnswers } from './fleet/judging/questions.ts';
import type { Fleet } from './fleet/types.ts';
import type { HttpChecks } from './fleet/verify/http-checks.ts';
import type { ObjectReader } from './fleet/verify/types.ts';
import type { Forges } from './forge/port.ts';
import type { Outbox } from './forge/reports/outbox.ts';
import type { GitRepositories } from './git/repository.ts';
import type { AllowedRepositories } from './platform/repository/allowed-repositories.ts';
import type { ProofMemory } from './record/signing/proof-memory.ts';
import type { Planner } from './render/planner.ts';
import type { LeafCache } from './render/platform.ts';
import type { Renderer } from './render/types.ts';
import type { Secret } from './settings/secret.ts';
import type { Workflows } from './temporal/workflows-port.ts';

/** The parts that steps are made of; worker.ts composes them. */
export interface Dependencies {
  readonly repositories: GitRepositories;
  /** What may be opened, and which GitOps repository a source may name. */
  readonly allowed: AllowedRepositories;
  readonly forges: Forges;
  /** Writes statuses, comments and deployments on forges; undefined: nobody does. */
  readonly outbox?: Outbox;
  readonly fleet: Fleet;
  /** Reads the objects on clusters that checks name. */
  readonly objects: ObjectReader;
  /** Judges what clusters answer, in processes of their own where it is much; undefined: where it is asked for. */
  readonly judge?: JudgeAnswers;
  readonly httpChecks: HttpChecks;
  readonly renderer: Renderer;
  /** Keeps rendered leaves; undefined: every leaf is rendered anew. */
  readonly leafCache?: LeafCache;
  /** The key that signs what is recorded; undefined: nothing is signed. */
  readonly signingKey?: Secret;
  /** Remembers which signatures of the record were right; undefined: each is checked anew. */
  readonly proofs?: ProofMemory;
  /** Plans renders in processes of their own; undefined: where they are asked for. */
  readonly planner?: Planner;
  /** Describes what a request changes, in processes of their own; undefined: where it is asked for. */
  readonly describeChanges?: DescribeChanges;
  /** How requests are written; undefined: in Fairlead's own words. */
  readonly requestTemplates?: RequestTemplates;
  readonly workflows: Workflows;
  readonly intervals: PollIntervals;
  /** Answers the address of a workflow in the Temporal UI; undefined: the address of the UI is not known. */
  readonly workflowUrl?: (workflowId: string) => string;
}

/** Templates that the settings give. */
export interface RequestTemplates {
  /** The title of a request; undefined: Fairlead's own. */
  readonly title?: string | undefined;
  /** The message of the commits that are pushed, without the trailers Main and Config; undefined: Fairlead's own. */
  readonly message?: string | undefined;
}

/** The pace at which the world is looked at; all times in milliseconds. */
export interface PollIntervals {
  /** The time between two looks at a pull request. */
  readonly mergePollMs: number;
  /** The time between two looks at an environment's clusters. */
  readonly healthPollMs: number;
  /** The shortest time between two reports of progress: each costs history. */
  readonly progressMs: number;
  /**
   * For how long a commit that git does not have yet, or a branch that is behind a merge, is looked at again: a mirror may lag behind
   * CI and the forge. Default: not at all.
   */
  readonly commitPatienceMs?: number;
  /** The shortest time between two questions about what a request lacks: each costs calls. Default: a minute. */
  readonly askMs?: number | undefined;
  /** The longest time that one look at one cluster may take. */
  readonly clusterTimeoutMs: number;
  /** How many clusters are looked at side by side. */
  readonly clusterConcurrency: number;
}
