import {
  ContinueAsNew,
  isCancellation,
  proxySinks,
  type Sinks,
  type WorkflowInterceptors,
  type WorkflowInterceptorsFactory,
  workflowInfo,
} from '@temporalio/workflow';
import { laneWorkflow } from '../../lane/messages.ts';
import { traceOf, withTrace } from '../../temporal/tracing/header.ts';
import type { EndedSpan, TraceParent } from '../../temporal/tracing/trace-context.ts';

/** Where spans go that end in a workflow: the worker exports them, or drops them where it does not trace. */
export interface TraceSinks extends Sinks {
  readonly fairleadTracing: { ended(span: EndedSpan): void };
}

/*
 * Interceptors decide what a workflow does, and so they must do the same in every replay: whether a workflow is traced, its
 * history says, by the header of its start, and not the worker's settings. Without the header every call goes through as if
 * there were no interceptor. Ids are made of the run's, not by chance, because chance is part of history, too. A lane is not
 * traced: it lives for years, and would make one trace of all of them.
 */
export const interceptors: WorkflowInterceptorsFactory = () =>
  workflowInfo().workflowType === laneWorkflow ? {} : tracing(new WorkflowTrace());

/** The trace of one run: the span of the run itself, and those of its steps below it. */
class WorkflowTrace {
  /** What the run belongs to; undefined: it is not traced. */
  parent: TraceParent | undefined;
  private readonly runDigits = workflowInfo().runId.replaceAll('-', '').slice(-16);
  private count = 0;

  /** The span of the run; undefined: it is not traced. */
  get ofRun(): TraceParent | undefined {
    return this.parent && { ...this.parent, spanId: this.runDigits };
  }

  /** Makes the span of the next step. */
  nextStep(ofRun: TraceParent): TraceParent {
    this.count += 1;
    const id = BigInt.asUintN(64, BigInt(`0x${this.runDigits}`) + BigInt(this.count));
    return { ...ofRun, spanId: id.toString(16).padStart(16, '0') };
  }
}

function tracing(trace: WorkflowTrace): WorkflowInterceptors {
  return {
    inbound: [
      {
        execute(input, next) {
          const parent = traceOf(input.headers);
          trace.parent = parent;
          const { ofRun } = trace;
          if (parent === undefined || ofRun === undefined) return next(input);
          return spanning(next(input), { name: workflowInfo().workflowType, span: ofRun, parent });
        },
      },
    ],
    outbound: [
      {
        scheduleActivity(input, next) {
          const { ofRun } = trace;
          if (ofRun === undefined) return next(input);
          const span = trace.nextStep(ofRun);
          const answer = next({ ...input, headers: withTrace(input.headers, span) });
          return spanning(answer, { name: input.activityType, span, parent: ofRun });
        },
        startChildWorkflowExecution(input, next) {
          const { ofRun } = trace;
          return next(ofRun === undefined ? input : { ...input, headers: withTrace(input.headers, ofRun) });
        },
        continueAsNew(input, next) {
          const { parent } = trace;
          return next(parent === undefined ? input : { ...input, headers: withTrace(input.headers, parent) });
        },
      },
    ],
  };
}

interface OpenSpan {
  readonly name: string;
  readonly span: TraceParent;
  readonly parent: TraceParent;
}

/** Tells when what is awaited has ended. */
function spanning<T>(awaited: Promise<T>, { name, span, parent }: OpenSpan): Promise<T> {
  const beganAt = Date.now();
  const { workflowId, runId } = workflowInfo();
  const end = (failed: boolean) =>
    proxySinks<TraceSinks>().fairleadTracing.ended({
      ...{ name, traceId: span.traceId, spanId: span.spanId, parentSpanId: parent.spanId },
      ...{ beganAt, endedAt: Date.now(), failed },
      attributes: { 'temporal.workflow.id': workflowId, 'temporal.run.id': runId },
    });
  return awaited.then(
    (answer) => {
      if (span.isSampled) end(false);
      return answer;
    },
    (error: unknown) => {
      if (span.isSampled) end(!(error instanceof ContinueAsNew || isCancellation(error)));
      throw error;
    },
  );
}
