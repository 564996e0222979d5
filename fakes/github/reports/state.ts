import type { Repository, User } from '../model.ts';

/*
 * What is written about commits beside requests. It is kept for each repository, apart from the rest of the state, and read and
 * changed in the repository's turn as that is.
 */

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: User;
  readonly createdAt: string;
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly logUrl: string;
  readonly creator: User;
  readonly createdAt: string;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly task: string;
  readonly payload: unknown;
  readonly description: string | null;
  readonly creator: User;
  readonly createdAt: string;
  readonly statuses: DeploymentStatus[];
}

export interface CheckRun {
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
}

/** What is written beside the requests of a repository. */
export interface WrittenReports {
  readonly statuses: Status[];
  readonly deployments: Deployment[];
  readonly checkRuns: CheckRun[];
}

const written = new WeakMap<Repository, WrittenReports>();

/** Answers what is written beside the requests of a repository. */
export function reportsOf(repository: Repository): WrittenReports {
  const found = written.get(repository) ?? { statuses: [], deployments: [], checkRuns: [] };
  written.set(repository, found);
  return found;
}

/** Answers the latest status of each context at a commit, oldest first. */
export function latestStatuses(repository: Repository, sha: string): readonly Status[] {
  const byContext = new Map<string, Status>();
  for (const status of reportsOf(repository).statuses) {
    if (status.sha !== sha) continue;
    byContext.delete(status.context);
    byContext.set(status.context, status);
  }
  return [...byContext.values()];
}

/** Answers the latest check run of each name at a commit, in the order of their names' first runs. */
export function latestCheckRuns(repository: Repository, sha: string): readonly CheckRun[] {
  const runs = reportsOf(repository).checkRuns.filter((run) => run.sha === sha);
  return [...new Map(runs.map((run) => [run.name, run])).values()];
}
