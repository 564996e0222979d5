import { ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { hrTimeDuration, millisToHrTime, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResourcesSync, envDetectorSync, Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { EndedSpan, TraceParent } from './trace-context.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

/** How long a process that ends waits for a collector, in milliseconds. */
const closeMs = 3_000;

const scope = { name: 'fairlead' };

/** Sends spans over OTLP (protobuf over HTTP). Headers, time limits and sampling are read from the variables OTEL_…. */
export function createTracing(url: string, { service, report }: TracingOptions): Tracing {
  const place = withoutSecrets(url);
  const tell = (error: unknown) =>
    report(`Spans could not be sent to ${place}: ${describe(error).replaceAll(url, place)}`);
  setGlobalErrorHandler(tell);
  const named = new Resource({ 'service.name': service });
  const resource = named.merge(detectResourcesSync({ detectors: [envDetectorSync] }));
  const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url }));
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  const tracer = provider.getTracer(scope.name);
  return {
    begin(name, { parent, attributes }) {
      const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote(parent));
      const span = tracer.startSpan(name, { attributes }, context);
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        context: { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
        end(failed) {
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    send: (span) => processor.onEnd(readable(span, resource)),
    close: () => Promise.race([provider.shutdown().catch(tell), pause(closeMs)]),
  };
}

function remote({ traceId, spanId, isSampled }: TraceParent): SpanContext {
  return { traceId, spanId, isRemote: true, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
}

function readable(span: EndedSpan, resource: ReadableSpan['resource']): ReadableSpan {
  const { name, traceId, spanId, parentSpanId, attributes } = span;
  const startTime = millisToHrTime(span.beganAt);
  const endTime = millisToHrTime(span.endedAt);
  return {
    ...{ name, parentSpanId, attributes, startTime, endTime, resource },
    kind: SpanKind.INTERNAL,
    spanContext: () => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED }),
    status: { code: span.failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    duration: hrTimeDuration(startTime, endTime),
    instrumentationLibrary: scope,
    ...{ links: [], events: [], ended: true },
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  };
}

/** Names an address without its user, password and query, in which collectors have tokens. */
function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
