import type { Fleet } from './fleet/types.ts';
import type { Forges } from './forge/port.ts';
import type { GitRepositories } from './git/repository.ts';
import type { LeafCache } from './render/platform.ts';
import type { Renderer } from './render/types.ts';
import type { Workflows } from './temporal/workflows-port.ts';

/** What activities are made of; worker.ts composes it. */
export interface Dependencies {
  readonly repositories: GitRepositories;
  readonly forges: Forges;
  readonly fleet: Fleet;
  readonly renderer: Renderer;
  readonly leafCache?: LeafCache;
  readonly workflows: Workflows;
  readonly intervals: PollIntervals;
  /** Link for people to a workflow in the Temporal UI, where its address is known. */
  readonly workflowUrl?: (workflowId: string) => string;
}

/** All in milliseconds. */
export interface PollIntervals {
  /** Between two looks at a pull request. */
  readonly mergePollMs: number;
  /** Between two looks at an environment's clusters. */
  readonly healthPollMs: number;
  /** Reports of progress come no faster than this: each costs history. */
  readonly progressMs: number;
  /** So long a commit that git does not have yet is looked for: a mirror may lag behind CI. Default: not at all. */
  readonly commitPatienceMs?: number;
  /** One look at one cluster. */
  readonly clusterTimeoutMs: number;
  /** Clusters looked at side by side. */
  readonly clusterConcurrency: number;
}
