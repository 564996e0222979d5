import type { EndedSpan, TraceParent } from './trace-context.ts';

/** Spans of this process, on their way to a collector. */
export interface Tracing {
  /** Begins a span below another one, or a trace of its own. One that is never ended is never seen. */
  begin(name: string, options: SpanOptions): BegunSpan;
  /** Sends a span that has ended elsewhere. */
  send(span: EndedSpan): void;
  /** Sends what is left, as far as the collector takes it within seconds. */
  close(): Promise<void>;
}

/** Where a span belongs, and what is known of it. */
export interface SpanOptions {
  readonly parent?: TraceParent;
  readonly attributes: EndedSpan['attributes'];
}

/** A span that has begun here. */
export interface BegunSpan {
  /** What others belong below. */
  readonly context: TraceParent;
  end(failed: boolean): void;
}

/** What the spans of a process are sent as. */
export interface TracingOptions {
  /** The name of the service, where OTEL_SERVICE_NAME gives none. */
  readonly service: 'fairlead' | 'fairlead-worker';
  /** Is told why spans could not be sent. */
  readonly report: (sentence: string) => void;
}
