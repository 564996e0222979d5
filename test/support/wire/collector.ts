import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** The published schema, as protobufjs reads it; its types say nothing of what is in it. */
const { opentelemetry } = createRequire(import.meta.url)('@opentelemetry/otlp-transformer/build/src/generated/root');
const ExportTraceServiceRequest: { decode(body: Buffer): WireRequest } =
  opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/** A span as it came over the wire. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly failed: boolean;
  readonly milliseconds: number;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** A stand-in for an OpenTelemetry collector: OTLP, protobuf over HTTP, read by the published schema. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** All bytes that came. */
  readonly bytes: () => string;
  close(): Promise<void>;
}

/** Starts a collector on a free port. */
export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const bodies: Buffer[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const isRight = request.url === '/v1/traces' && request.headers['content-type'] === 'application/x-protobuf';
    if (!isRight) return response.writeHead(404).end();
    bodies.push(body);
    spans.push(...readSpans(body));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bytes: () => Buffer.concat(bodies).toString('latin1'),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** What is read of the messages; protobufjs leaves out what was not sent. */
interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource?: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

interface WireSpan {
  readonly name: string;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId: Uint8Array;
  readonly startTimeUnixNano: object;
  readonly endTimeUnixNano: object;
  readonly attributes: readonly WireAttribute[];
  readonly status?: { readonly code: number };
}

interface WireAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: object };
}

/** The value of STATUS_CODE_ERROR. */
const errorStatus = 2;

function readSpans(body: Buffer): readonly ReceivedSpan[] {
  return ExportTraceServiceRequest.decode(body).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource?.attributes ?? [])['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => receivedSpan(span, service)));
  });
}

function receivedSpan(span: WireSpan, service: string): ReceivedSpan {
  return {
    service,
    name: span.name,
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    failed: span.status?.code === errorStatus,
    milliseconds: Number(BigInt(`${span.endTimeUnixNano}`) - BigInt(`${span.startTimeUnixNano}`)) / 1e6,
    attributes: attributesOf(span.attributes),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function attributesOf(list: readonly WireAttribute[]): Record<string, string | number> {
  return Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue || Number(`${value.intValue}`)]));
}
