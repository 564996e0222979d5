import { expect, it } from 'vitest';
import { openTracing } from '../../../src/temporal/tracing/open.ts';

it.each<[string, string]>([
  ['http://user:canary-pass@127.0.0.1:1', 'http://127.0.0.1:1/v1/traces'],
  ['http://127.0.0.1:1/otlp?api-key=canary-key', 'http://127.0.0.1:1/otlp'],
])('What is said of a collector that is not reached has no secret of its address: %s', async (url, place) => {
  const told: string[] = [];
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url };
  const tracing = await openTracing(env, { service: 'fairlead', report: (words) => told.push(words) });
  tracing?.begin('x', { attributes: {} }).end(false);
  await tracing?.close();
  expect(told.join()).toContain(place);
  expect(told.join()).not.toContain('canary');
});

it('An address of a collector that is none is refused, and not repeated', async () => {
  const opened = openTracing(
    { OTEL_EXPORTER_OTLP_ENDPOINT: '//canary:pass@collector' },
    { service: 'fairlead', report: () => undefined },
  );
  await expect(opened).rejects.toMatchObject({ type: 'InvalidConfig', message: expect.not.stringContaining('canary') });
});
