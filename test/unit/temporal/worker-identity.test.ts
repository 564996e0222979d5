import { describe, expect, it } from 'vitest';
import {
  identityText,
  otherWorkersWords,
  readIdentity,
  withoutWorkers,
} from '../../../src/temporal/worker-identity.ts';

const identity = { process: 12, host: 'worker-7f', build: '0.1.0-3f2a9c1b2d4e', settings: '9c1b2d4e' };

describe('The identity of a worker', () => {
  it('is read as it was written', () => {
    expect(identityText(identity)).toBe('12@worker-7f 0.1.0-3f2a9c1b2d4e settings:9c1b2d4e');
    expect(readIdentity(identityText(identity))).toEqual(identity);
  });

  it('may be that of a worker of another make, or none', () => {
    expect(readIdentity('12@worker-7f')).toEqual({ process: 12, host: 'worker-7f' });
    expect(readIdentity('temporal-cli:ann@laptop')).toBeUndefined();
  });
});

describe('A failure of one worker', () => {
  const own = identityText(identity);
  const others = [own, identityText({ ...identity, process: 13 }), '14@worker-9a'];

  it('names it and who else may do the step, where there is somebody', () => {
    expect(otherWorkersWords(own, [own], true)).toBe('');
    expect(otherWorkersWords(own, others, true)).toBe(
      ' Worker 12@worker-7f says so; worker 13@worker-7f and 1 more may do it.',
    );
    expect(otherWorkersWords(own, others.slice(1), false)).toMatch(/ may do it: retry\.$/);
  });

  it.each([true, false])('is the same failure whoever says it (tried again by itself: %s)', (isRetried) => {
    const said = `The worker's disk is full.${otherWorkersWords(own, others, isRetried)}`;
    expect(withoutWorkers(said)).toBe("The worker's disk is full.");
    expect(withoutWorkers('It is full.')).toBe('It is full.');
  });
});
