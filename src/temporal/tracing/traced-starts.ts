import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { withTrace } from './header.ts';
import { parseTraceParent, type TraceParent } from './trace-context.ts';
import type { Tracing } from './tracing.ts';

type Headers = Record<string, Payload>;

/**
 * Makes each start of a workflow a span, below which the workflow's own belong. It is part of the trace that TRACEPARENT names,
 * such as the CI job's, or begins one.
 */
export function tracedStarts(tracing: Tracing, env: NodeJS.ProcessEnv): WorkflowClientInterceptor {
  const parent = parseTraceParent(env.TRACEPARENT);
  const start = async <T>({ workflowType, workflowId }: Started, call: (context: TraceParent) => Promise<T>) => {
    const attributes = { 'temporal.workflow.id': workflowId };
    const span = tracing.begin(`start ${workflowType}`, { ...(parent && { parent }), attributes });
    try {
      const answer = await call(span.context);
      span.end(false);
      return answer;
    } catch (error) {
      span.end(true);
      throw error;
    }
  };
  const traced = (headers: Headers, context: TraceParent) => ({ headers: withTrace(headers, context) });
  return {
    startWithDetails: (input, next) =>
      start({ workflowType: input.workflowType, workflowId: input.options.workflowId }, (context) =>
        next({ ...input, ...traced(input.headers, context) }),
      ),
    signalWithStart: (input, next) =>
      start({ workflowType: input.workflowType, workflowId: input.options.workflowId }, (context) =>
        next({ ...input, ...traced(input.headers, context) }),
      ),
  };
}

interface Started {
  readonly workflowType: string;
  readonly workflowId: string;
}
