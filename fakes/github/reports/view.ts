import { type ForgeState, timestamp } from '../model.ts';
import { repositoryNamed } from '../people.ts';
import { latestStatuses, reportsOf } from './state.ts';

/** A status as people see it. */
export interface StatusView {
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
}

/** A deployment as people see it, with what has been said of it, oldest first. */
export interface DeploymentView {
  readonly sha: string;
  readonly environment: string;
  readonly statuses: readonly { readonly state: string; readonly description: string }[];
}

/** What people see of statuses, deployments and checks, and what other systems write there. */
export interface ReportsView {
  /** All statuses of a commit, oldest first. */
  statuses(repository: string, sha: string): readonly StatusView[];
  /** The latest status of each context. */
  latestStatuses(repository: string, sha: string): readonly StatusView[];
  deployments(repository: string): readonly DeploymentView[];
  /** Lets CI report a check run at a commit; `conclusion` null: it runs. */
  reportCheckRun(
    repository: string,
    sha: string,
    check: { readonly name: string; readonly conclusion: string | null },
  ): void;
}

/** Shows what is written beside requests. */
export function createReportsView(state: ForgeState): ReportsView {
  return {
    statuses: (name, sha) =>
      reportsOf(repositoryNamed(state, name))
        .statuses.filter((one) => one.sha === sha)
        .map(seenStatus),
    latestStatuses: (name, sha) => latestStatuses(repositoryNamed(state, name), sha).map(seenStatus),
    deployments: (name) => reportsOf(repositoryNamed(state, name)).deployments.map(seenDeployment),
    reportCheckRun(repository, sha, { name, conclusion }) {
      const status = conclusion === null ? 'in_progress' : 'completed';
      const startedAt = timestamp(state);
      const completedAt = conclusion === null ? null : startedAt;
      const run = { id: state.nextId(), sha, name, status, conclusion, startedAt, completedAt };
      reportsOf(repositoryNamed(state, repository)).checkRuns.push(run);
    },
  };
}

/** Whoever wrote it is known with a token, which nobody sees. */
function seenStatus({ context, state, description, targetUrl }: StatusView): StatusView {
  return { context, state, description, targetUrl };
}

function seenDeployment({ sha, environment, statuses }: DeploymentView): DeploymentView {
  return { sha, environment, statuses: statuses.map(({ state, description }) => ({ state, description })) };
}
