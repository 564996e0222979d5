import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { expect, test } from 'vitest';
import { createClosing } from '../../../../src/temporal/connection/closing.ts';
import { freePort } from '../../../../src/worker/metrics/metrics-server.ts';

test('A call that waits for its next attempt ends with its connection, and throws out of no timer', async () => {
  const closing = createClosing();
  const retries = { ...defaultGrpcRetryOptions(), initialIntervalMs: () => 200 };
  const attempts: number[] = [];
  const connection = Connection.lazy({
    address: `127.0.0.1:${await freePort()}`,
    interceptors: [
      makeGrpcRetryInterceptor(retries),
      (options, nextCall) => {
        attempts.push(performance.now());
        return closing.interceptor(options, nextCall);
      },
    ],
  });
  const call = connection.workflowService.getSystemInfo({});
  const ended = expect(call).rejects.toMatchObject({ code: 1, details: 'the connection is closed' });
  await expect.poll(() => attempts.length, { interval: 5 }).toBeGreaterThan(0);
  closing.close();
  await connection.close();
  await ended;
  expect(attempts.length).toBeGreaterThan(1);
});
