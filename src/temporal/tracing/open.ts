import { Failure } from '../../failure.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

/**
 * Opens the way to the collector that OpenTelemetry's variables name; undefined: they name none, and nothing is loaded.
 * Throws `Failure` InvalidConfig for what is no address, without repeating it: collectors have tokens in it.
 */
export async function openTracing(env: NodeJS.ProcessEnv, options: TracingOptions): Promise<Tracing | undefined> {
  const url = collectorUrl(env);
  if (url === undefined) return undefined;
  if (!URL.canParse(url))
    throw new Failure(
      'InvalidConfig',
      'OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, is no URL. Write one such as http://collector:4318.',
    );
  const { createTracing } = await import('./otel.ts');
  return createTracing(url, options);
}

/** Answers where spans are sent; undefined: nowhere. */
export function collectorUrl(env: NodeJS.ProcessEnv): string | undefined {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return undefined;
  if (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base ? `${base.replace(/\/+$/, '')}/v1/traces` : undefined;
}
