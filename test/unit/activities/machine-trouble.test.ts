import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { machineTrouble } from '../../../src/activities/machine-trouble.ts';

function systemError(code: string, more: object = {}): Error {
  return Object.assign(new Error(`${code}: it does not go, write`), { code, ...more });
}

describe('What the worker lacks', () => {
  it('is told as that, with what helps, and waited for', () => {
    const full = machineTrouble(systemError('ENOSPC', { syscall: 'write' }));
    expect(full).toMatchObject({
      type: 'Unavailable',
      message: expect.stringMatching(/^The worker's disk is full\. Free space .* \(ENOSPC: it does not go, write\)\.$/),
    });
    expect(machineTrouble(new Error('could not write', { cause: systemError('EMFILE') }))?.message).toMatch(
      /ulimit -n/,
    );
  });

  it('is named where it is a program', async () => {
    const [error] = await once(spawn('no-such-program-anywhere'), 'error').catch((thrown: unknown) => [thrown]);
    expect(machineTrouble(error)?.message).toMatch(
      /^The program no-such-program-anywhere cannot be started on the worker\. Install it\./,
    );
  });

  it('is nothing where the error is about something else', () => {
    expect(machineTrouble(systemError('ENOENT', { syscall: 'open' }))).toBeUndefined();
    expect(machineTrouble(new Error('a defect'))).toBeUndefined();
  });
});
