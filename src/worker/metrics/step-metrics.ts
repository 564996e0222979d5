import type { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor, ActivityInterceptorsFactory } from '@temporalio/worker';
import { metricNames } from './metric-names.ts';

/** How an attempt of a step ended. */
export type StepOutcome =
  | 'done'
  /** What is awaited has not come; the step looks again. */
  | 'waiting'
  | 'cancelled'
  /** It failed, and is tried again. */
  | 'retried'
  /** It failed for good: a person must act. */
  | 'failed';

/** Counts and times the attempts of all steps, by the meter of the worker's runtime. */
export const stepMetrics: ActivityInterceptorsFactory = (context) => ({ inbound: measuring(context) });

function measuring({ info, metricMeter }: Context): ActivityInboundCallsInterceptor {
  const step = info.activityType;
  return {
    async execute(input, next) {
      const began = performance.now();
      let outcome: StepOutcome = 'done';
      try {
        return await next(input);
      } catch (error) {
        outcome = outcomeOf(error);
        throw error;
      } finally {
        metricMeter.createCounter(metricNames.stepAttempts).add(1, { step, outcome });
        const seconds = (performance.now() - began) / 1000;
        metricMeter.createHistogram(metricNames.stepDuration, 'float', 's').record(seconds, { step });
      }
    },
  };
}

/** Answers what an attempt that threw this comes to. */
export function outcomeOf(error: unknown): Exclude<StepOutcome, 'done'> {
  if (error instanceof CancelledFailure) return 'cancelled';
  if (!(error instanceof ApplicationFailure)) return 'retried';
  if (error.category === ApplicationFailureCategory.BENIGN) return 'waiting';
  return error.nonRetryable ? 'failed' : 'retried';
}
