import { ApplicationFailure, defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import { Failure } from '../../failure.ts';
import { boundedEnvironments } from '../../operation/bounded/bounded-status.ts';
import { acceptedWords } from '../../operation/check-words.ts';
import { asGiven } from '../../operation/claim.ts';
import { approvedBefore, refusal } from '../../operation/decisions.ts';
import {
  type Action,
  actions,
  type Decision,
  type DecisionAnswer,
  nudgeSignal,
  type RerenderMessage,
  rerenderSignal,
  statusQuery,
} from '../../operation/messages.ts';
import { parseDecision } from '../../operation/payload.ts';
import { isNudge, isRerender } from '../../operation/received.ts';
import { refusalReason } from '../../operation/refusal.ts';
import type { OperationStatus } from '../../operation/status.ts';
import { isStepTrouble, stepTroubleSignal } from '../../operation/trouble/step-trouble.ts';
import { shortSha } from '../../short-names.ts';
import type { EnvironmentRun } from '../environment/environment-run.ts';
import { listenToLanes, tellingLane } from '../lane/client/admission-handlers.ts';
import type { Signals } from '../temporal/signals.ts';
import type { Operation } from './operation.ts';

/** Registers the query, the nudge, the signals of lanes and operations, and every action as a signal. */
export function registerHandlers(operation: Operation, signals: Signals): void {
  setHandler(defineQuery<OperationStatus>(statusQuery), () => {
    const { status } = operation;
    return { ...status, environments: boundedEnvironments(status.environments) };
  });
  signals.onMessage({ name: nudgeSignal, isMessage: isNudge }, (nudge) => {
    for (const run of operation.runs.values())
      if (nudge?.environment === undefined || nudge.environment === run.name) run.control.nudge();
  });
  signals.onMessage({ name: stepTroubleSignal, isMessage: isStepTrouble }, (message) =>
    operation.troubles.take(message),
  );
  listenToLanes(operation, signals);
  signals.onMessage({ name: rerenderSignal, isMessage: isRerender }, (message) => {
    const run = operation.runs.get(message.environment);
    if (run && !run.isMerged) applyRerender(run, message);
  });
  for (const action of actions) signals.on(action, (payload) => takeSignal(operation, action, payload));
}

/**
 * Registers every action as an update. Temporal has an update behind all signals of its task; it is so in the first task, too, if
 * this is called when those are open.
 */
export function answerUpdates(operation: Operation): void {
  for (const action of actions) answerUpdate(operation, action);
}

/**
 * Has the request rendered with a pending revision. The message is repeated: what is under way already is not begun
 * again.
 */
function applyRerender(run: EnvironmentRun, { main, config, over }: RerenderMessage): void {
  const { status, pendingRevision } = run;
  if (status.operation !== 'config change') {
    if (status.config !== config) run.control.markStale();
  } else if (pendingRevision?.main !== main || pendingRevision.over !== over) {
    run.expectRevision({ main, over });
    run.control.markStale();
  } else if ((status.main !== main || status.config !== config) && status.state !== 'rendering')
    run.control.markStale();
}

function takeSignal(operation: Operation, action: Action, payload: unknown): void {
  try {
    applyDecision(operation, action, checkDecision(operation, action, payload));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    operation.addRefusal(action, error.message);
  }
}

function answerUpdate(operation: Operation, action: Action): void {
  const update = defineUpdate<DecisionAnswer, [unknown]>(action);
  setHandler(
    update,
    (payload) => ({ message: applyDecision(operation, action, checkDecision(operation, action, payload)) }),
    {
      validator: (payload) => {
        try {
          checkDecision(operation, action, payload);
        } catch (error) {
          if (error instanceof Failure) throw ApplicationFailure.nonRetryable(error.message, error.type);
          throw error;
        }
      },
    },
  );
}

/** Reads a decision. Throws `Failure` with the reason where it cannot be carried out now. */
function checkDecision(operation: Operation, action: Action, payload: unknown): Decision {
  const decision = parseDecision(action, payload);
  const reason = refusal(operation.status, action, decision);
  if (reason !== undefined) throw new Failure('Refused', refusalReason(`${action} refused: ${reason}`));
  return decision;
}

/** Takes a checked decision; answers what happens now. */
function applyDecision(operation: Operation, action: Action, decision: Decision): string {
  const run = decision.environment === undefined ? undefined : operation.runs.get(decision.environment);
  if (!run) {
    operation.abortAll(decision.by, decision.reason ?? '');
    return `the ${operation.status.kind} is being aborted: its open requests are closed`;
  }
  const answer = decisionHandlers[action](run, decision, operation);
  run.control.wake();
  return answer;
}

type DecisionHandler = (run: EnvironmentRun, decision: Decision, operation: Operation) => string;

const decisionHandlers: Readonly<Record<Action, DecisionHandler>> = {
  approve: (run, decision, operation) => {
    const before = approvedBefore(operation.status, decision);
    if (before !== undefined) return before;
    if (decision.override) askOverride(run, decision, operation);
    const { request, state } = run.status;
    if (!request?.open || state === 'held') return `${run.name} is let in, in spite of what holds it`;
    run.update({
      approval: {
        ...signDecision(decision),
        head: request.head,
        override: decision.override,
        removals: request.removals && decision.removals,
      },
    });
    return `${run.name} is approved at ${shortSha(request.head)}: it merges as soon as the forge allows it`;
  },
  accept: (run, decision) => {
    const { clusters = [], groups, allUnknown } = decision;
    run.update({ accepted: { ...signDecision(decision), clusters, groups, allUnknown } });
    const words = acceptedWords(run.status);
    return run.status.check
      ? `${run.name} goes on: it is accepted ${words}`
      : `${run.name} goes on with ${words} unhealthy`;
  },
  reject: (run, decision) => {
    run.stopWith({ kind: 'reject', by: decision.by, reason: decision.reason ?? '' });
    return `${run.name}: the request is being closed`;
  },
  rollback: (run, { by, reason = '' }, operation) => {
    operation.endAfter(run.status.stage, `${run.name} is rolled back by ${asGiven(by)}: ${reason}`);
    void run.rollBack?.(by, reason).then((refused) => {
      if (refused !== '') operation.addRefusal('rollback', refused);
    });
    return `${run.name} is being rolled back; no further stage starts`;
  },
  retry: (run) => {
    run.control.askRetry();
    return `${run.name} is tried again`;
  },
  abort: (run, { by, reason = '' }, operation) => {
    operation.abortRun(run, by, reason);
    return `${run.name} is being aborted`;
  },
};

/** Asks the lane to let the run in and to record that; the lane tells again of what holds it from now on. */
function askOverride(run: EnvironmentRun, decision: Decision, operation: Operation): void {
  run.update({ override: signDecision(decision), hold: undefined });
  const { lane } = run;
  if (!lane) return;
  const tell = () => lane.overrideHold(decision.by, decision.reason ?? '');
  void operation.renewal.whileActive(() => tellingLane(operation, 'approve', tell));
}

function signDecision({ by, reason }: Decision) {
  return { by, at: new Date().toISOString(), reason };
}
