import type { Sha } from '../../git/repository.ts';

/** What a status says. `pending`: it goes on; `failure`: it went wrong; `error`: it ended without a verdict. */
export type StatusState = 'pending' | 'success' | 'failure' | 'error';

/** A status of a commit, by its context: a later one of the same context takes its place. */
export interface CommitStatus {
  /** `fairlead/qa`. */
  readonly context: string;
  readonly state: StatusState;
  /** One line; a forge cuts a long one. */
  readonly description: string;
  /** The page that a click leads to. */
  readonly targetUrl?: string | undefined;
}

/** How a deployment stands, in the words that forges share. */
export type DeploymentState = 'in_progress' | 'success' | 'failure' | 'error';

/** A deployment of a commit to an environment. */
export interface DeploymentReport {
  /** The commit of the source. */
  readonly sha: Sha;
  readonly environment: string;
  /** The commit of the GitOps branch: it tells two deployments of one commit apart. */
  readonly as: Sha;
  readonly state: DeploymentState;
  readonly description: string;
  readonly logUrl?: string | undefined;
}

/** A check of a commit by whatever name: what CI or an app says of it. */
export interface ForgeCheck {
  readonly name: string;
  readonly state: 'passed' | 'running' | 'failed';
  /** What it says of itself: `in progress`, `timed out`. */
  readonly words: string;
}

/**
 * What is written beside the requests of one repository, for whoever looks at the forge, and what others wrote there. As for
 * `Forge`, every method may run twice, and throws `Failure`.
 */
export interface ForgeReports {
  /** What the settings want written on this forge. */
  readonly wanted: WantedReports;
  writeStatus(sha: Sha, status: CommitStatus): Promise<void>;
  /**
   * Writes the one comment of ours of its kind on a request, and answers its id. The comment is found again by a hidden line and our
   * own account; `known`: its id, where that is known.
   */
  progressComment(comment: ProgressComment): Promise<number>;
  /** Brings the deployment up to date, and makes it where there is none; answers its id. `known`: its id, where that is known. */
  reportDeployment(deployment: DeploymentReport, known?: number): Promise<number>;
  /** Lists the latest check of each name at a commit, one for each of those who report under that name. */
  checksAt(sha: Sha): Promise<readonly ForgeCheck[]>;
}

/** Which reports the settings of a forge ask for. */
export interface WantedReports {
  readonly statuses: boolean;
  readonly comments: boolean;
  readonly deployments: boolean;
}

/** The hidden line by which our comment on a rollout is found again: its first one. */
export const progressMarker = '<!-- fairlead:progress -->';

/** The hidden line of the comment on what a request of the source would change. */
export const diffMarker = '<!-- fairlead:diff -->';

/** The text of our comment on a request. */
export interface ProgressComment {
  readonly number: number;
  readonly text: string;
  /** Default: `progressMarker`, on a request of ours. A request that somebody else opened has another one. */
  readonly marker?: typeof progressMarker | typeof diffMarker;
  readonly known?: number | undefined;
}
