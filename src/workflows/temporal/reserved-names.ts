import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** How names begin that the SDK keeps for itself: it fails a workflow's task for a signal with such a name, again and again. */
const reserved = '__temporal_';

/** Gives such signals another name, under which nobody knows them, so that they are refused like any other unknown signal. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  internals: [
    {
      activate(input, next) {
        for (const { signalWorkflow: signal } of input.activation.jobs ?? [])
          if (signal?.signalName?.startsWith(reserved)) signal.signalName = signal.signalName.slice(2);
        next(input);
      },
    },
  ],
});
