import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { withTrace } from './header.ts';
import { parseTraceParent } from './trace-context.ts';
import type { Tracing } from './tracing.ts';

/**
 * Makes each start of a workflow a span, below which the workflow's own belong. It is part of the trace that TRACEPARENT names,
 * such as the CI job's, or begins one.
 */
export function tracedStarts(tracing: Tracing, env: NodeJS.ProcessEnv): WorkflowClientInterceptor {
  const parent = parseTraceParent(env.TRACEPARENT);
  const begin = async <Input extends Starting, Answer>(input: Input, next: (input: Input) => Promise<Answer>) => {
    const { workflowType, options, headers } = input;
    const attributes = { 'temporal.workflow.id': options.workflowId };
    const span = tracing.begin(`start ${workflowType}`, { ...(parent && { parent }), attributes });
    try {
      const answer = await next({ ...input, headers: withTrace(headers, span.context) });
      span.end(false);
      return answer;
    } catch (error) {
      span.end(true);
      throw error;
    }
  };
  return { startWithDetails: begin, signalWithStart: begin };
}

/** What both ways to start a workflow have in common. */
interface Starting {
  readonly workflowType: string;
  readonly options: { readonly workflowId: string };
  readonly headers: Record<string, Payload>;
}
