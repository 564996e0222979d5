import { describe, expect, it } from 'vitest';
import { coreRefusal } from '../../../src/worker/trouble/core-error.ts';
import { watchFatalErrors } from '../../../src/worker/trouble/fatal-error.ts';

describe('What the core of the SDK says of a call that Temporal refuses', () => {
  it.each([
    [
      `Failed to call GetSystemInfo: code: 'The request does not have valid authentication credentials', message: "no key \\"a\\""`,
      { code: 16, details: 'no key "a"' },
    ],
    [
      `Failed to call GetSystemInfo: code: 'The caller does not have permission to execute the specified operation', message: "Request unauthorized."`,
      { code: 7, details: 'Request unauthorized.' },
    ],
    ['Status { code: PermissionDenied, message: "no", metadata: {} }', { code: 7, details: 'no' }],
    ['Status { code: Unavailable, message: "tcp connect error", metadata: {} }', undefined],
    ['transport error', undefined],
  ])('is a code: %s', (words, refusal) => {
    expect(coreRefusal(new Error(words))).toEqual(refusal);
  });
});

describe('Workers after a fatal error', () => {
  const failed = (error: unknown) => ({ message: 'Worker failed', meta: { error } }) as never;

  it('are asked to stop, and are not waited for if they do not end', async () => {
    const watch = watchFatalErrors(10);
    let asked = 0;
    const running = watch.guard(new Promise(() => undefined), () => {
      asked += 1;
    });
    watch.look({ message: 'Worker state changed', meta: {} } as never);
    watch.look(failed(new Error('refused')));
    watch.look(failed(new Error('that of another one')));
    await expect(running).rejects.toThrow('refused');
    expect(asked).toBe(1);
  });

  it('end as they do where they end', async () => {
    const watch = watchFatalErrors(60_000);
    watch.look(failed(new Error('refused')));
    await expect(watch.guard(Promise.reject(new Error('their own')), () => undefined)).rejects.toThrow('their own');
    await watch.guard(Promise.resolve(), () => undefined);
  });
});
