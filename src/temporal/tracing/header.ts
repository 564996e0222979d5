import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { isObject } from '../../shape.ts';
import { formatTraceParent, parseTraceParent, type TraceParent, traceHeader } from './trace-context.ts';

type Headers = Record<string, Payload>;

/** Adds the trace to the headers of a workflow or a step. Headers pass no codec; there is nothing secret in this one. */
export function withTrace(headers: Headers, parent: TraceParent): Headers {
  const payload = defaultPayloadConverter.toPayload({ traceparent: formatTraceParent(parent) });
  return payload === undefined ? headers : { ...headers, [traceHeader]: payload };
}

/** Reads the trace that something belongs to; undefined: to none. What is no header of ours counts as none. */
export function traceOf(headers: Headers): TraceParent | undefined {
  const payload = headers[traceHeader];
  if (payload === undefined) return undefined;
  try {
    const carried: unknown = defaultPayloadConverter.fromPayload(payload);
    return isObject(carried) ? parseTraceParent(carried.traceparent) : undefined;
  } catch {
    // Somebody else wrote it: a workflow that stumbled over it would fail its task for ever.
    return undefined;
  }
}
