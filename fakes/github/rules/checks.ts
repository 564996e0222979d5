import { type PullRequest, type Repository, type RequestContext, timestamp } from '../model.ts';
import { latestCheckRuns, latestStatuses, reportsOf } from '../reports/state.ts';

/** What a check says, and by which of GitHub's two ways. */
export interface CheckReport {
  readonly name: string;
  readonly state: CheckState;
  /** Default: a check run. */
  readonly kind?: 'run' | 'status';
}

type CheckState = 'running' | 'passed' | 'failed';

const conclusions = { running: null, passed: 'success', failed: 'failure' } as const;
const statusStates = { running: 'pending', passed: 'success', failed: 'failure' } as const;
const passes: readonly string[] = ['success', 'neutral', 'skipped'];

/** Reports a check at the head of a request. */
export function reportCheck({ state, repository, request }: RequestContext, report: CheckReport): void {
  const now = timestamp(state);
  const { name, kind = 'run' } = report;
  const sha = request.headSha;
  const { checkRuns, statuses } = reportsOf(repository);
  const conclusion = conclusions[report.state];
  if (kind === 'run') {
    const before = latestCheckRuns(repository, sha).find((run) => run.name === name);
    const startedAt = before?.conclusion === null && conclusion !== null ? before.startedAt : now;
    const status = conclusion === null ? 'in_progress' : 'completed';
    const completedAt = conclusion === null ? null : now;
    checkRuns.push({ id: state.nextId(), sha, name, status, conclusion, startedAt, completedAt });
    return;
  }
  const [creator] = state.users;
  if (creator === undefined) throw new Error('nobody is there who could report a status');
  const said = { state: statusStates[report.state], description: null, targetUrl: null };
  statuses.push({ id: state.nextId(), sha, context: name, ...said, creator, createdAt: now });
}

/** Answers how the check or status of this name does at a commit; undefined: nothing has reported it. */
function checkState(repository: Repository, sha: string, name: string): CheckState | undefined {
  const run = latestCheckRuns(repository, sha).find((one) => one.name === name);
  if (run !== undefined) {
    if (run.conclusion === null) return 'running';
    return passes.includes(run.conclusion) ? 'passed' : 'failed';
  }
  const status = latestStatuses(repository, sha).find(({ context }) => context === name);
  if (status === undefined) return undefined;
  if (status.state === 'pending') return 'running';
  return status.state === 'success' ? 'passed' : 'failed';
}

/** Says in GitHub's words which required check is not green; undefined: all are. */
export function missingCheck(
  repository: Repository,
  { headSha }: PullRequest,
  required: readonly string[],
): string | undefined {
  for (const name of required) {
    const state = checkState(repository, headSha, name);
    if (state === undefined) return `Required status check "${name}" is expected.`;
    if (state === 'running') return `Required status check "${name}" is in progress.`;
    if (state === 'failed') return `Required status check "${name}" is failing.`;
  }
  return undefined;
}
