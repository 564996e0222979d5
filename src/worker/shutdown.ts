import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { isObject } from '../shape.ts';

/**
 * How long a worker that is asked to stop may take. Running steps go on for the grace, in which most are done; then they are
 * cancelled and handed back to another worker, and what does not end by that is left where it is. Kubernetes kills after
 * 30 s.
 */
export const shutdownTimes = { shutdownGraceTime: '3 seconds', shutdownForceTime: '20 seconds' } as const;

/** An attempt of a step that a worker had under way when it stopped. */
export interface StepLeft {
  readonly step: string;
  /** The workflow id. */
  readonly operation: string;
  /** Undefined: the step is not about one environment. */
  readonly environment?: string;
  /** How long the attempt had been under way. */
  readonly seconds: number;
}

/** Knows the attempts that a worker has under way. */
export interface StepWatch {
  readonly interceptor: ActivityInterceptorsFactory;
  /** Lists those that were handed back to be done by another worker, and those that have not ended. */
  left(): { readonly handedBack: readonly StepLeft[]; readonly notEnded: readonly StepLeft[] };
}

/** Watches the steps of a worker, so that it can say what it leaves when it stops. */
export function watchSteps(): StepWatch {
  const underWay = new Map<Context, () => StepLeft>();
  const handedBack: StepLeft[] = [];
  return {
    interceptor: (context) => ({
      inbound: {
        async execute(input, next) {
          const describe = describing(context, input.args[0]);
          underWay.set(context, describe);
          try {
            return await next(input);
          } finally {
            underWay.delete(context);
            if (context.cancellationDetails?.workerShutdown) handedBack.push(describe());
          }
        },
      },
    }),
    left: () => ({ handedBack, notEnded: [...underWay.values()].map((describe) => describe()) }),
  };
}

function describing({ info }: Context, order: unknown): () => StepLeft {
  const began = performance.now();
  const environment = isObject(order) && typeof order.environment === 'string' ? order.environment : undefined;
  return () => ({
    step: info.activityType,
    operation: info.workflowExecution?.workflowId ?? '',
    environment,
    seconds: Math.round((performance.now() - began) / 1000),
  });
}
