import type { Action, Decision } from './messages.ts';
import type { EnvironmentState, EnvironmentStatus, PromotionStatus } from './status.ts';
import { hasEnded } from './status.ts';

/** Why this decision cannot be obeyed now, as a sentence; undefined: it can. Pure; changes nothing. */
export function refusal(status: PromotionStatus, action: Action, decision: Decision): string | undefined {
  if (status.state !== 'running') return `this promotion has ended as ${status.state}`;
  if (decision.environment === undefined) return undefined;
  const environment = status.environments.find(({ environment }) => environment === decision.environment);
  if (!environment) {
    const names = status.environments.map((e) => e.environment).join(', ');
    return `there is no environment ${decision.environment} in this promotion; it has ${names || 'none yet'}`;
  }
  if (environment.stopping) return `${environment.environment} is being stopped already (${environment.stopping})`;
  return rules[action](environment, decision);
}

type Rule = (environment: EnvironmentStatus, decision: Decision) => string | undefined;

const requestStates: readonly EnvironmentState[] = ['pull request open', 'awaiting approval'];
const rolloutStates: readonly EnvironmentState[] = ['rolling out', 'soaking', 'needs attention'];

const rules: Readonly<Record<Action, Rule>> = {
  approve: (e, { head }) => {
    if (!e.request || !requestStates.includes(e.state)) return `${is(e)}: there is nothing to approve`;
    if (e.request.merge === 'manual')
      return `${e.environment} has the policy manual: merge ${e.request.url} on the forge`;
    if (!head || !e.request.head.startsWith(head))
      return (
        `the approval is for ${short(head ?? 'no commit')}, but request #${e.request.number} of ${e.environment} is ` +
        `now at ${short(e.request.head)}: look at ${e.request.url} again and approve that`
      );
    if (e.approval?.head === e.request.head) return `${e.environment} is approved already, by ${e.approval.by}`;
    if (e.request.merge === 'auto') return `${e.environment} merges by itself: there is nothing to approve`;
    return undefined;
  },
  reject: (e) =>
    e.request && requestStates.includes(e.state) ? undefined : `${is(e)}: there is no open request to reject`,
  accept: (e, { clusters = [] }) => {
    if (!e.fleet || !rolloutStates.includes(e.state)) return `${is(e)}: there are no clusters to accept`;
    const names = e.fleet.others.map(({ name }) => name);
    const unknown = clusters.filter((name) => !names.includes(name));
    const left = names.filter((name) => !clusters.includes(name));
    if (e.fleet.total - e.fleet.healthy > names.length)
      return `${e.fleet.total - e.fleet.healthy} clusters of ${e.environment} are not healthy: too many to accept`;
    if (unknown.length > 0) return `not an unhealthy cluster of ${e.environment}: ${unknown.join(', ')}`;
    if (left.length > 0) return `these clusters are not healthy either, name them too: ${left.join(', ')}`;
    return undefined;
  },
  rollback: (e) => {
    if (e.errand === 'rollback')
      return `${e.environment} ${e.state === 'rolled back' ? 'was' : 'is being'} rolled back already`;
    if (!e.request || !e.mergeCommit)
      return `${is(e)}: nothing of this promotion is deployed there; abort or reject it instead`;
    if (!e.previous)
      return `nothing was deployed in ${e.environment} before this promotion: there is nothing to go back to`;
    return undefined;
  },
  retry: (e) => (e.state === 'needs attention' ? undefined : `${is(e)}: there is nothing to retry`),
  abort: (e) => (hasEnded(e.state) ? `${is(e)}: there is nothing to abort` : undefined),
};

function is({ environment, state }: EnvironmentStatus): string {
  return state === 'needs attention' ? `${environment} ${state}` : `${environment} is ${state}`;
}

/** The first digits of a commit id, as people write it. */
export function short(sha: string): string {
  return /^[0-9a-f]{40}$/.test(sha) ? sha.slice(0, 8) : sha;
}
