import { randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { workerConverter } from '../../src/temporal/codec/data-converter.ts';
import { openTracing } from '../../src/temporal/tracing/open.ts';
import { tracedSteps, traceSinks } from '../../src/worker/tracing/traced-steps.ts';
import { type Collector, type ReceivedSpan, startCollector } from '../support/wire/collector.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { World } from '../workflows/support/world.ts';
import { withCommandLine } from './support/command-line.ts';

const traceId = 'abcdef0123456789abcdef0123456789';
const ciSpan = '1234567890abcdef';

/** Runs `body` with a worker and commands that send their spans to a collector. */
async function withCollector(body: (collector: Collector, setup: Setup) => Promise<void>): Promise<void> {
  const collector = await startCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRACEPARENT: `00-${traceId}-${ciSpan}-01` };
  const tracing = await openTracing(env, { service: 'fairlead-worker', report: console.error });
  if (tracing === undefined) throw new Error('there is no tracing');
  try {
    const worker = { interceptors: { activity: [tracedSteps(tracing)] }, sinks: traceSinks(tracing) };
    await body(collector, { env, worker, flush: () => tracing.close() });
  } finally {
    await collector.close();
  }
}

interface Setup {
  readonly env: NodeJS.ProcessEnv;
  readonly worker: Pick<WorkerOptions, 'interceptors' | 'sinks'>;
  flush(): Promise<void>;
}

describe('Traces', () => {
  it('of command, workflow and steps are one, below the span of CI, and say nothing that anybody wrote', async () => {
    const world = new World([['dev'], ['prod']]);
    const { openPullRequest } = world;
    let tries = 0;
    world.openPullRequest = async (order) => {
      tries += 1;
      const message = 'marker-of-a-failure';
      if (tries === 1) throw ApplicationFailure.create({ type: 'Unavailable', message, nextRetryDelay: 10 });
      return openPullRequest(order);
    };
    const id = { id: 'k', bytes: randomBytes(32) };
    await withCollector(async (collector, { env, worker, flush }) => {
      const keys = { FAIRLEAD_CODEC_KEYS: `k=${id.bytes.toString('base64')}` };
      const setup = { env: { ...env, ...keys }, worker: { ...worker, dataConverter: workerConverter([id]) } };
      await withCommandLine(
        world,
        async (line) => {
          expect((await line.promote('--wait')).code).toBe(0);
        },
        setup,
      );
      await flush();
      const { spans } = collector;
      expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
      const start = the(spans, 'start PromoteMainCommit');
      expect(start).toMatchObject({ service: 'fairlead', parentSpanId: ciSpan, failed: false });
      const run = the(spans, 'PromoteMainCommit');
      expect(run).toMatchObject({ service: 'fairlead-worker', parentSpanId: start.spanId, failed: false });
      const rollout = spans.filter(({ name }) => name === 'awaitRollout');
      expect(rollout.length).toBeGreaterThanOrEqual(2);
      const [opening] = spans.filter(({ name }) => name === 'openPullRequest');
      expect(opening).toMatchObject({ parentSpanId: run.spanId, failed: false });
      const attempts = spans.filter(({ parentSpanId }) => parentSpanId === opening?.spanId);
      expect(attempts.map(({ name, failed }) => [name, failed])).toEqual([
        ['openPullRequest attempt 1', true],
        ['openPullRequest attempt 2', false],
      ]);
      expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
      const known = new Set([ciSpan, ...spans.map(({ spanId }) => spanId)]);
      expect(spans.filter(({ parentSpanId }) => !known.has(parentSpanId))).toEqual([]);
      expect(collector.bytes()).not.toMatch(/marker-of|Raise the limits/);
    });
  });

  it('hold no attempt that only found that it must wait', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const { awaitMerge } = world;
    let looks = 0;
    world.awaitMerge = (order) => {
      looks += 1;
      return awaitMerge(order);
    };
    await withCollector(async (collector, { env, worker, flush }) => {
      await withCommandLine(
        world,
        async ({ promote, reaches, run, commit }) => {
          await promote();
          await reaches('dev', 'pull request open');
          await eventually(() => looks).toBeGreaterThan(3);
          await run('reject', commit, 'dev', '--reason', 'no');
          await reaches('dev', 'rejected');
        },
        { env, worker },
      );
      await flush();
      const waits = collector.spans.filter(({ name }) => name.startsWith('awaitMerge attempt'));
      expect(waits.length).toBeLessThanOrEqual(1);
      const steps = collector.spans.filter(({ name }) => name === 'awaitMerge');
      expect(new Set(steps.map(({ failed }) => failed))).toEqual(new Set([false]));
    });
  });

  it('without a collector are none: what nobody traced has no header, and a worker without one takes what is traced', async () => {
    await withCollector(async (collector, { env, worker }) => {
      await withCommandLine(
        new World([['dev']]),
        async ({ promote, test }) => {
          expect((await promote('--wait')).code).toBe(0);
          expect(JSON.stringify(await test.histories())).not.toContain('_tracer-data');
        },
        { worker },
      );
      await withCommandLine(
        new World([['dev']]),
        async ({ promote }) => expect((await promote('--wait')).code).toBe(0),
        { env, worker: { sinks: traceSinks(undefined) } },
      );
      expect(collector.spans.map(({ name }) => name)).toEqual(['start PromoteMainCommit']);
    });
  });

  it('do not keep a command waiting for a collector that is away', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    await withCommandLine(
      new World([['dev']]),
      async ({ promote }) => {
        const began = performance.now();
        expect(await promote()).toMatchObject({ code: 0, err: expect.stringContaining('Spans could not be sent to') });
        expect(performance.now() - began).toBeLessThan(8_000);
      },
      { env },
    );
  });
});

function the(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const [span, ...others] = spans.filter((each) => each.name === name);
  if (span === undefined || others.length > 0)
    throw new Error(`there is not one span ${name}, but ${JSON.stringify(spans.map((each) => each.name))}`);
  return span;
}
