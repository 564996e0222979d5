import { ApplicationFailure, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import { Failure } from '../failure.ts';
import { refusal, short } from '../promotion/decisions.ts';
import {
  type Action,
  actions,
  type Decision,
  type DecisionAnswer,
  nudgeSignal,
  statusQuery,
} from '../promotion/messages.ts';
import { parseDecision } from '../promotion/payload.ts';
import type { PromotionStatus } from '../promotion/status.ts';
import { hasEnded } from '../promotion/status.ts';
import type { EnvironmentRun } from './environment-run.ts';
import type { Promotion } from './promotion.ts';

/** Registers the query, the hint, and every action both as a signal and as an update. */
export function listen(promotion: Promotion): void {
  setHandler(defineQuery<PromotionStatus>(statusQuery), () => promotion.status);
  setHandler(defineSignal<[unknown]>(nudgeSignal), () => {
    for (const run of promotion.runs.values()) run.wake();
  });
  for (const action of actions) listenTo(promotion, action);
}

function listenTo(promotion: Promotion, action: Action): void {
  setHandler(defineSignal<[unknown]>(action), (payload) => {
    try {
      obey(promotion, action, checked(promotion, action, payload));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      promotion.refuse(action, error.message);
    }
  });
  const update = defineUpdate<DecisionAnswer, [unknown]>(action);
  setHandler(update, (payload) => ({ message: obey(promotion, action, checked(promotion, action, payload)) }), {
    validator: (payload) => {
      try {
        checked(promotion, action, payload);
      } catch (error) {
        if (error instanceof Failure) throw ApplicationFailure.nonRetryable(error.message, error.type);
        throw error;
      }
    },
  });
}

/** Throws `Failure` with the reason where the decision cannot be obeyed now. */
function checked(promotion: Promotion, action: Action, payload: unknown): Decision {
  const decision = parseDecision(action, payload);
  const reason = refusal(promotion.status, action, decision);
  if (reason !== undefined) throw new Failure('Refused', `${action} refused: ${reason}`);
  return decision;
}

/** Takes a checked decision; answers what happens now. */
function obey(promotion: Promotion, action: Action, decision: Decision): string {
  const run = decision.environment === undefined ? undefined : promotion.runs.get(decision.environment);
  if (!run) return abortAll(promotion, decision);
  const answer = effects[action](run, decision, promotion);
  run.wake();
  return answer;
}

type Effect = (run: EnvironmentRun, decision: Decision, promotion: Promotion) => string;

const effects: Readonly<Record<Action, Effect>> = {
  approve: (run, decision) => {
    const head = run.status.request?.head ?? '';
    run.update({ approval: { ...sign(decision), head } });
    return `${run.name} is approved at ${short(head)}: it merges as soon as the forge allows it`;
  },
  accept: (run, decision) => {
    const clusters = decision.clusters ?? [];
    run.update({ accepted: { ...sign(decision), clusters } });
    return `${run.name} goes on with ${clusters.join(', ')} unhealthy`;
  },
  reject: (run, decision) => {
    run.stopWith({ kind: 'reject', by: decision.by, reason: decision.reason ?? '' });
    return `${run.name}: the request is being closed`;
  },
  rollback: (run, decision, promotion) => {
    const to = short(run.status.previous?.main ?? '');
    promotion.rollBack(run, decision.by, decision.reason ?? '');
    return `${run.name} goes back to main ${to}; no further stage starts`;
  },
  retry: (run) => {
    run.retryAsked = true;
    return `${run.name} is tried again`;
  },
  abort: (run, decision) => {
    abort(run, decision);
    return `${run.name} is being aborted`;
  },
};

function abortAll(promotion: Promotion, decision: Decision): string {
  promotion.ending = `aborted by ${decision.by}: ${decision.reason ?? ''}`;
  for (const run of promotion.runs.values()) if (!hasEnded(run.status.state) && !run.stop) abort(run, decision);
  return 'the promotion is being aborted: open requests are closed';
}

/** An environment that has not begun has nothing to clean up, but must not begin. */
function abort(run: EnvironmentRun, { by, reason = '' }: Decision): void {
  if (run.running) run.stopWith({ kind: 'abort', by, reason });
  else run.enter('aborted', `${by}: ${reason}`);
}

function sign({ by, reason }: Decision) {
  return { by, at: new Date().toISOString(), ...(reason !== undefined && { reason }) };
}
