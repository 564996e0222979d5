import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import { traceOf } from '../../temporal/tracing/header.ts';
import type { Tracing } from '../../temporal/tracing/tracing.ts';
import type { TraceSinks } from '../../workflows/temporal/tracing.ts';
import { outcomeOf } from '../metrics/step-metrics.ts';

/**
 * Makes each attempt of a step a span below the step's, if the workflow is traced. An attempt that found that it must wait is
 * none: there are hundreds, and the step's own span shows how long it took.
 */
export function tracedSteps(tracing: Tracing): ActivityInterceptorsFactory {
  return (context) => ({
    inbound: {
      async execute(input, next) {
        const parent = traceOf(input.headers);
        if (parent === undefined) return next(input);
        const { attempt, activityType } = context.info;
        const span = tracing.begin(`${activityType} attempt ${attempt}`, { parent, attributes: attributesOf(context) });
        try {
          const answer = await next(input);
          span.end(false);
          return answer;
        } catch (error) {
          const outcome = outcomeOf(error);
          if (outcome !== 'waiting') span.end(outcome !== 'cancelled');
          throw error;
        }
      },
    },
  });
}

function attributesOf({ info }: Context): Readonly<Record<string, string | number>> {
  const { workflowExecution, attempt, activityType } = info;
  return {
    'temporal.workflow.id': workflowExecution?.workflowId ?? '',
    'temporal.run.id': workflowExecution?.runId ?? '',
    'fairlead.step': activityType,
    'fairlead.attempt': attempt,
  };
}

/**
 * Makes the sinks that take the spans of workflows. Without tracing they take them all the same: a workflow that somebody
 * else's trace began writes some.
 */
export function traceSinks(tracing: Tracing | undefined): InjectedSinks<TraceSinks> {
  return { fairleadTracing: { ended: { fn: (_, span) => tracing?.send(span), callDuringReplay: false } } };
}
