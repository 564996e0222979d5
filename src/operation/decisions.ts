import { closest } from '../platform/closest.ts';
import { shortSha } from '../short-names.ts';
import { acceptRefusal } from './accept.ts';
import { asGiven } from './claim.ts';
import { isApproved, removalWords } from './guard/removals.ts';
import { claimedHold, holdWords } from './hold.ts';
import { type Action, type Decision, rollbackId } from './messages.ts';
import type { EnvironmentState, EnvironmentStatus, OperationStatus } from './status.ts';
import { hasEnded } from './status.ts';

/** The part of an operation's status that the rules look at. */
export type DecidableStatus = Pick<OperationStatus, 'kind' | 'platform' | 'state' | 'environments'>;

/** Says why a decision cannot be carried out now, in a sentence; undefined where it can. It is pure, and changes nothing. */
export function refusal(status: DecidableStatus, action: Action, decision: Decision): string | undefined {
  if (status.state !== 'running') return `this ${status.kind} has ended as ${status.state}`;
  if (decision.environment === undefined) return undefined;
  const environment = status.environments.find(({ environment }) => environment === decision.environment);
  if (!environment) {
    const names = status.environments.map((e) => e.environment);
    const near = closest(decision.environment, names);
    const proposal = near === undefined ? '' : `. Did you mean ${near}?`;
    return `there is no environment ${decision.environment} in this ${status.kind}; it has ${names.join(', ') || 'none yet'}${proposal}`;
  }
  if (environment.stopping) return `${environment.environment} is being stopped already (${environment.stopping})`;
  return decisionRules[action](environment, decision, status);
}

/**
 * Says that an approval was given before, by the same person for the same head; undefined where it was not. Whoever got
 * no answer sends it again, and that must not look like a refusal.
 */
export function approvedBefore(
  { environments }: Pick<OperationStatus, 'environments'>,
  decision: Decision,
): string | undefined {
  const { environment: name, by, head, override } = decision;
  const found = environments.find(({ environment }) => environment === name);
  const { approval } = found ?? {};
  if (!found || found.hold || !approval || !head || override || approval.by !== by) return undefined;
  if (!isApproved(found) || !approval.head.startsWith(head)) return undefined;
  return `${found.environment} was approved at ${shortSha(approval.head)} before, by ${asGiven(by)}, and is ${found.state} now`;
}

/** Says why a decision is refused; undefined where it is not. */
type DecisionRule = (
  environment: EnvironmentStatus,
  decision: Decision,
  operation: DecidableStatus,
) => string | undefined;

const requestStates: readonly EnvironmentState[] = ['pull request open', 'awaiting approval'];
const rolloutStates: readonly EnvironmentState[] = ['rolling out', 'soaking', 'verifying', 'needs attention'];

const decisionRules: Readonly<Record<Action, DecisionRule>> = {
  approve: (e, decision, operation) => {
    if (approvedBefore(operation, decision)) return undefined;
    const { head, override = false, removals = false } = decision;
    if (e.state === 'queued')
      return `${environmentWords(e)}: ${e.message || 'another has its turn first'}; there is nothing to approve`;
    // Nothing is rendered yet: an override lets it in, and its request is approved on its own.
    if (e.state === 'held') return override ? undefined : heldRefusal(e);
    if (!e.request?.open || !requestStates.includes(e.state))
      return `${environmentWords(e)}: there is nothing to approve`;
    if (e.request.merge === 'manual')
      return `${e.environment} has the policy manual: merge ${e.request.url} on the forge`;
    if (e.hold && !override) return heldRefusal(e);
    if (!head || !e.request.head.startsWith(head))
      return (
        `the approval is for ${shortSha(head ?? 'no commit')}, but request #${e.request.number} of ${e.environment} is ` +
        `now at ${shortSha(e.request.head)}: look at ${e.request.url} again and approve that`
      );
    if (e.request.removals && !removals)
      return (
        `request #${e.request.number} of ${e.environment} removes ${removalWords(e.request.removals)}. If that is meant, ` +
        'say so: approve it with --removals; in a signal or an update, with "removals":true'
      );
    if (isApproved(e) && !e.hold)
      return `${e.environment} is approved already, by ${asGiven(e.approval?.by ?? 'a person')}`;
    if (e.request.merge === 'auto' && !e.hold) return `${e.environment} merges by itself: there is nothing to approve`;
    return undefined;
  },
  reject: (e) =>
    e.request?.open && requestStates.includes(e.state)
      ? undefined
      : `${environmentWords(e)}: there is no open request to reject`,
  accept: (e, decision) =>
    e.fleet && rolloutStates.includes(e.state)
      ? acceptRefusal(e, decision)
      : `${environmentWords(e)}: there are no clusters to accept`,
  rollback: (e, _decision, { kind, platform }) => {
    if (kind === 'config change')
      return 'a config change is not rolled back: revert the commit on the config branch, and apply that instead';
    if (kind === 'rollback' || e.operation === 'rollback') return 'this is a rollback already';
    if (e.state === 'rolling back') return `${environmentWords(e)} already, see ${rollbackId(platform, e.environment)}`;
    if (e.state === 'rolled back') return `${e.environment} was rolled back already`;
    if (!e.request || !e.mergeCommit)
      return `${environmentWords(e)}: nothing of this promotion is deployed there; abort or reject it instead`;
    if (!e.previous)
      return `nothing was deployed in ${e.environment} before this promotion: there is nothing to go back to`;
    return undefined;
  },
  retry: (e) => (e.state === 'needs attention' ? undefined : `${environmentWords(e)}: there is nothing to retry`),
  abort: (e, _decision, { platform }) => {
    if (e.state === 'rolling back') {
      const rollback = rollbackId(platform, e.environment);
      return `${environmentWords(e)}: abort ${rollback} to stop that`;
    }
    return hasEnded(e.state) ? `${environmentWords(e)}: there is nothing to abort` : undefined;
  },
};

/** Says where an environment stands: `prod is soaking`. */
function environmentWords({ environment, state }: EnvironmentStatus): string {
  return state === 'needs attention' ? `${environment} ${state}` : `${environment} is ${state}`;
}

/** Says who holds an environment, and how to go on all the same. */
function heldRefusal({ environment, hold }: EnvironmentStatus): string {
  const words = hold === undefined ? '' : ` by ${holdWords(claimedHold(hold))}`;
  return `${environment} is held${words}. \`--override --reason …\` goes on in spite of that, in an emergency`;
}
